import { computed, onMounted, onUnmounted, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'

/** Rows drawn beyond the edges once somebody scrolls; the first drawing has just what is seen. */
const OVERSCAN_ROWS = 4
/** Taken where there is no layout. */
const UNMEASURED_HEIGHT = 600

export interface VirtualRows {
  /** First row to draw, and the one after the last. */
  readonly first: ComputedRef<number>
  readonly end: ComputedRef<number>
  readonly height: ComputedRef<number>
  readonly pageRows: ComputedRef<number>
  onScroll(): void
  /** Scrolls as little as it takes; to what is more than a page away, so that it stands in the middle. */
  reveal(index: number): void
}

/** Windowing for rows of one height: work and nodes are in proportion to what is seen, not to what there is. */
export function useVirtualRows(container: Ref<HTMLElement | null>, count: () => number, rowHeight: number): VirtualRows {
  const scrollTop = ref(0)
  const overscan = ref(0)
  // Nothing is drawn before the container is measured: one full drawing, not two.
  const viewHeight = ref(0)
  let observer: ResizeObserver | null = null

  onMounted(() => {
    const element = container.value
    if (element === null) return
    const measure = (): void => { viewHeight.value = element.clientHeight || UNMEASURED_HEIGHT }
    measure()
    observer = new ResizeObserver(measure)
    observer.observe(element)
  })
  onUnmounted(() => observer?.disconnect())

  const first = computed(() => Math.max(0, Math.floor(scrollTop.value / rowHeight) - overscan.value))
  const end = computed(() =>
    Math.min(count(), Math.ceil((scrollTop.value + viewHeight.value) / rowHeight) + overscan.value))
  const height = computed(() => count() * rowHeight)
  const pageRows = computed(() => Math.max(1, Math.floor(viewHeight.value / rowHeight) - 1))

  function onScroll(): void {
    const top = container.value?.scrollTop ?? 0
    if (top === scrollTop.value) return
    scrollTop.value = top
    overscan.value = OVERSCAN_ROWS
  }

  function reveal(index: number): void {
    const element = container.value
    if (element === null || index < 0 || element.clientHeight === 0) return
    const top = index * rowHeight
    const above = top < element.scrollTop
    const below = top + rowHeight > element.scrollTop + element.clientHeight - rowHeight
    const page = element.clientHeight
    const far = top < element.scrollTop - page || top > element.scrollTop + 2 * page
    if (far) element.scrollTop = Math.max(0, top - page / 2)
    else if (above) element.scrollTop = Math.max(0, top - rowHeight)
    else if (below) element.scrollTop = top - element.clientHeight + 2 * rowHeight
    onScroll()
  }

  return { first, end, height, pageRows, onScroll, reveal }
}
