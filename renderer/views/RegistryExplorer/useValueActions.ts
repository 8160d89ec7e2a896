import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { PropertyValue } from '../../../kernel/api/index.ts'
import { copyText } from '../../format/clipboard.ts'
import { canCopy, COPY_FORMATS, copyValue } from '../../format/copyFormats.ts'
import { useNoticesStore } from '../../stores/notices.ts'

const SHOWN = 200

type Item = { readonly key: string; readonly value: PropertyValue }

/** The ways to copy one property. */
export function useValueActions(
  item: () => Item | null,
): ComputedRef<readonly { readonly id: string; readonly title: string; run(): void }[]> {
  const notices = useNoticesStore()

  async function copy(what: string, text: string): Promise<void> {
    await copyText(text)
    notices.show({
      tone: 'success',
      title: `${what} copied`,
      text: text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text,
    })
  }

  return computed(() => {
    const current = item()
    if (current === null) return []
    return COPY_FORMATS.filter(({ format }) => canCopy(format, current.value)).map(({ format, title }) => ({
      id: format,
      title,
      run: () => void copy(current.key, copyValue(format, current)),
    }))
  })
}
