import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useBridge } from '../bridge/index.ts'

const KEPT_LINES = 5000

/** The kernel's message buffer as this window heard it. */
export const useLogStore = defineStore('log', () => {
  const { kernel } = useBridge()
  const lines = shallowRef<readonly string[]>([])
  let pending = ''
  let frame = 0

  kernel.on('logged', (text) => {
    pending += text.endsWith('\n') ? text : `${text}\n`
    if (frame === 0) frame = requestAnimationFrame(flush)
  })

  function flush(): void {
    frame = 0
    const fresh = pending.split('\n')
    fresh.pop()
    pending = ''
    lines.value = [...lines.value, ...fresh].slice(-KEPT_LINES)
  }

  function clear(): void {
    lines.value = []
  }

  return { lines, clear }
})
