import { shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { MachineDescription, Problem } from '../../../kernel/api/index.ts'
import type { KernelClient } from '../../bridge/index.ts'

const CHECK_AFTER_MS = 200

/** Problems of the document, asked for a moment after the last edit and whenever the kernel comes back. */
export function createChecker(
  kernel: KernelClient, document: ShallowRef<MachineDescription | null>,
): ShallowRef<readonly Problem[]> {
  const problems = shallowRef<readonly Problem[]>([])
  let timer: ReturnType<typeof setTimeout> | null = null

  async function check(): Promise<void> {
    const checked = document.value
    const found = checked === null ? [] : await kernel.calls.validateMachine(checked).catch(() => null)
    if (found !== null && checked === document.value) problems.value = found
  }

  function checkSoon(): void {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => void check(), CHECK_AFTER_MS)
  }

  kernel.onState((state) => { if (state === 'open') checkSoon() })
  watch(document, checkSoon)
  return problems
}
