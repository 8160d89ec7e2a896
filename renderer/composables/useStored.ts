import { ref, watch } from 'vue'
import type { Ref } from 'vue'

/** A small setting of this window that outlives it. Broken or missing storage means the default. */
export function useStored(key: string, fallback: boolean): Ref<boolean>
export function useStored(key: string, fallback: number): Ref<number>
export function useStored<T extends string>(key: string, fallback: T): Ref<T>
export function useStored(key: string, fallback: string | number | boolean): Ref<string | number | boolean> {
  const setting = ref(read(`workbench.${key}`, fallback))
  watch(setting, (value) => {
    try {
      localStorage.setItem(`workbench.${key}`, JSON.stringify(value))
    } catch {
      // A window without storage forgets its settings; nothing else depends on them.
    }
  })
  return setting
}

function read<T>(key: string, fallback: T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return typeof value === typeof fallback ? value as T : fallback
  } catch {
    return fallback
  }
}
