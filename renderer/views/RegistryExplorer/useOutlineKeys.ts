import { ancestry, hasChildren, isExpanded, rowKey, subtreeOf } from './outline.ts'
import type { RegistryDocument } from './registryDocument.ts'

const TYPE_AHEAD_MS = 700

/** Keys of a macOS outline: arrows, Home, End, page keys, and typing a name. */
export function useOutlineKeys(document: () => RegistryDocument, pageRows: () => number): (event: KeyboardEvent) => void {
  let typed = ''
  let typedAt = 0

  function moveTo(index: number): void {
    const { rows, select } = document()
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))]
    if (row !== undefined) select(row)
  }

  function position(): number {
    return document().rows.indexOf(document().selectedRow)
  }

  function open(deep: boolean): void {
    const { snapshot, selectedRow, expansion, setExpanded, filtered } = document()
    if (snapshot.value === null || selectedRow < 0 || !hasChildren(snapshot.value, selectedRow)) return
    if (deep) setExpanded(subtreeOf(snapshot.value, selectedRow), true)
    else if (filtered !== null || isExpanded(expansion, rowKey(snapshot.value, selectedRow))) moveTo(position() + 1)
    else setExpanded([selectedRow], true)
  }

  function close(deep: boolean): void {
    const { snapshot, selectedRow, expansion, setExpanded, filtered } = document()
    if (snapshot.value === null || selectedRow < 0) return
    const opened = filtered === null && hasChildren(snapshot.value, selectedRow)
      && isExpanded(expansion, rowKey(snapshot.value, selectedRow))
    if (opened) setExpanded(deep ? subtreeOf(snapshot.value, selectedRow) : [selectedRow], false)
    else {
      const parent = ancestry(snapshot.value, selectedRow).at(-2)
      if (parent !== undefined) document().select(parent)
    }
  }

  function typeAhead(letter: string, now: number): void {
    typed = now - typedAt > TYPE_AHEAD_MS ? letter : typed + letter
    typedAt = now
    const { rows, snapshot } = document()
    const start = position() + (typed.length === 1 ? 1 : 0)
    for (let step = 0; step < rows.length; step += 1) {
      const index = (start + step) % rows.length
      const name = snapshot.value?.names[rows[index] ?? -1]?.toLowerCase() ?? ''
      if (name.startsWith(typed)) return moveTo(index)
    }
  }

  const keys: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    ArrowDown: () => moveTo(position() + 1),
    ArrowUp: () => moveTo(position() - 1),
    ArrowRight: (event) => open(event.altKey),
    ArrowLeft: (event) => close(event.altKey),
    Home: () => moveTo(0),
    End: () => moveTo(document().rows.length - 1),
    PageDown: () => moveTo(position() + pageRows()),
    PageUp: () => moveTo(position() - pageRows()),
  }

  return (event) => {
    if (event.metaKey || event.ctrlKey) return
    const handler = keys[event.key]
    if (handler !== undefined) {
      event.preventDefault()
      handler(event)
    } else if (event.key.length === 1 && !event.altKey && event.key !== ' ') typeAhead(event.key.toLowerCase(), event.timeStamp)
  }
}
