import type { HostClient, KernelClient } from '../bridge/index.ts'
import { formatVirtualTime } from '../format/time.ts'
import { headline } from '../views/CrashReports/headline.ts'
import type { useNoticesStore } from './notices.ts'

interface PanicNoticeParts {
  readonly host: HostClient
  readonly kernel: KernelClient
  readonly notices: ReturnType<typeof useNoticesStore>
  readonly openReport: () => void
}

/** The notice of a panic: it goes when its report is opened, a machine starts or the kernel process is gone. */
export function createPanicNotice({ host, kernel, notices, openReport }: PanicNoticeParts): {
  close(): void
} {
  let shown: number | null = null

  function close(): void {
    if (shown !== null) notices.close(shown)
    shown = null
  }

  kernel.on('panicked', (panic) => {
    close()
    shown = notices.show({
      tone: 'error',
      title: 'The kernel panicked',
      text: `${headline(panic.title, panic.backtraceKexts)} at ${formatVirtualTime(panic.timeNs)}. The report is stored.`,
      action: { title: 'Open Report', run: openReport },
      sticky: true,
    })
  })
  kernel.on('statusChanged', ({ power }) => {
    if (power !== 'panicked') close()
  })
  kernel.onState((state) => {
    if (state === 'lost') close()
  })
  host.on('kernelProcessChanged', ({ state }) => {
    if (state !== 'running') close()
  })
  return { close }
}
