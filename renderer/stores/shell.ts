import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { useStored } from '../composables/useStored.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Overlay = 'none' | 'commands' | 'search' | 'samples' | 'about' | 'shortcuts' | 'goToPath'

/** Arrangement of the window: what is open, how large, in which theme. */
export const useShellStore = defineStore('shell', () => {
  const theme = useStored<Theme>('theme', 'system')
  const drawerOpen = useStored('drawerOpen', false)
  const drawerHeight = useStored('drawerHeight', 216)
  const drawerTab = useStored<'terminal' | 'log'>('drawerTab', 'terminal')
  const inspectorOpen = useStored('inspectorOpen', true)
  const overlay = ref<Overlay>('none')
  /** Counts requests to put the keyboard into the current view's filter field. */
  const findRequests = ref(0)

  watch(theme, (value) => {
    if (value === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = value
  }, { immediate: true })

  function showDrawer(tab: 'terminal' | 'log'): void {
    drawerTab.value = tab
    drawerOpen.value = true
  }

  return { showDrawer, theme, drawerOpen, drawerHeight, drawerTab, inspectorOpen, overlay, findRequests }
})
