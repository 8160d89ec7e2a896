import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Measurement } from '../Row.ts'

const PROGRAM = 'qemu-system-x86_64'

/** Why the peer cannot run here, or null. */
export function whyNoQemu(): string | null {
  if (spawnSync(PROGRAM, ['--version']).status === 0) return null
  return `${PROGRAM} is not installed (Debian: qemu-system-x86); on the reference machine it takes 51-56 ms.`
}

/** q35 with 30 devices: ten root ports with a network card each, xHCI, four on USB, five virtio ones. */
function options(): string[] {
  const list = ['-M', 'q35', '-display', 'none', '-S', '-nodefaults', '-qmp', 'stdio']
  const add = (device: string): number => list.push('-device', device)
  for (let i = 0; i < 10; i++) {
    add(`pcie-root-port,id=port${i},chassis=${i + 1},slot=${i + 1}`)
    add(`e1000e,bus=port${i}`)
  }
  add('qemu-xhci,id=xhci')
  for (const usb of ['usb-kbd', 'usb-mouse', 'usb-tablet', 'usb-hub']) add(`${usb},bus=xhci.0`)
  for (const kind of ['balloon', 'rng', 'serial', 'net', 'keyboard']) add(`virtio-${kind}-pci`)
  return list
}

const ASK = '{"execute":"qmp_capabilities"}\n'
  + '{"execute":"human-monitor-command","arguments":{"command-line":"info qtree"}}\n'

/**
 * Processor time of a process's first thread, for which the answer waits as it does for ours (its other threads add a
 * twentieth); null where the system does not tell.
 */
function processorMs(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return null
  }
}

interface Spent {
  readonly wallMs: number
  readonly cpuMs: number
}

/** From the start of the process to the complete answer to `info qtree`. */
function spawnToTree(): Promise<Spent> {
  const began = performance.now()
  const qemu = spawn(PROGRAM, options(), { stdio: ['pipe', 'pipe', 'ignore'] })
  let text = ''
  return new Promise((resolve, reject) => {
    qemu.on('error', reject)
    qemu.on('exit', () => reject(new Error(`${PROGRAM} ended before it answered`)))
    qemu.stdout.on('data', (piece: Buffer) => {
      text += piece.toString('utf8')
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) {
        const message = JSON.parse(line) as { QMP?: unknown; return?: unknown }
        if (message.QMP !== undefined) qemu.stdin.write(ASK)
        if (typeof message.return !== 'string') continue
        const wallMs = performance.now() - began
        const cpuMs = processorMs(qemu.pid ?? 0) ?? wallMs
        qemu.removeAllListeners('exit')
        qemu.kill('SIGKILL')
        resolve({ wallMs, cpuMs })
      }
    })
  })
}

/** Processor time of the thread that answers, as for our side of the row, or time by the clock. */
export async function measureQemu(kind: keyof Spent): Promise<Measurement> {
  const taken: number[] = []
  for (let i = 0; i < 9; i++) taken.push((await spawnToTree())[kind])
  const sorted = taken.slice(2).toSorted((a, b) => a - b)
  return { ms: sorted[3]!, minMs: sorted[0]!, maxMs: sorted.at(-1)!, check: null }
}
