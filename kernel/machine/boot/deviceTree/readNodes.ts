import { assert, present } from '../../../sim/index.ts'
import type { DeviceTreeNode } from './DeviceTreeNode.ts'

/** A word that names another node and is filled in when all nodes have their numbers. */
interface Reference {
  readonly node: DeviceTreeNode
  readonly key: string
  readonly names: readonly string[]
}

/** What the notation leaves for later: references by name and the numbers that nodes ask for. */
export interface ReadTree {
  readonly references: readonly Reference[]
  readonly fixedHandles: ReadonlyMap<DeviceTreeNode, number>
}

/**
 * Reads nodes written one per line below `root`. A line is a name and blank-separated facts:
 * `type=` device type, `compat=a|b`, `reg=start+size,…` 64-bit hexadecimal, `reg4=` the same with 32-bit
 * cells,
 * `cell=` one 32-bit unit address, `int=` decimal interrupt words, `intparent=@node`, `iommu=@node,…`,
 * `handle=` a fixed phandle, `key:u32=` hexadecimal, `key:str=a|b` with `_` for blanks, `key:flag`.
 */
export function readNodes(root: DeviceTreeNode, text: string): ReadTree {
  const references: Reference[] = []
  const fixedHandles = new Map<DeviceTreeNode, number>()
  const open: DeviceTreeNode[] = [root]
  for (const line of joinedLines(text)) {
    const facts = line.trim().split(' ')
    const depth = (line.length - line.trimStart().length) / 2
    const parent = present(open[depth], `device tree: "${line}" is indented too far`)
    const node = parent.add(present(facts[0], 'device tree: a line has a name'))
    open.length = depth + 1
    open.push(node)
    for (const fact of facts.slice(1)) {
      const split = fact.indexOf('=')
      const key = split < 0 ? fact : fact.slice(0, split)
      const value = split < 0 ? '' : fact.slice(split + 1)
      if (key === 'handle') fixedHandles.set(node, Number.parseInt(value, 16))
      else if (value.startsWith('@')) references.push({ node, key: referenceKey(key), names: namesOf(value) })
      else setFact(node, key, value)
    }
  }
  return { references, fixedHandles }
}

/** Numbers the nodes in tree order from 1, honouring fixed handles, and fills the references in. */
export function numberNodes(root: DeviceTreeNode, tree: ReadTree): void {
  let next = 1
  const byName = new Map<string, number>()
  for (const node of root.walk()) {
    const wanted = tree.fixedHandles.get(node)
    if (wanted !== undefined) {
      assert(wanted >= next, `device tree: handle of ${node.name} is already taken`)
      next = wanted
    }
    node.phandle = next++
    node.setWords('AAPL,phandle', node.phandle)
    if (!byName.has(node.name)) byName.set(node.name, node.phandle)
  }
  for (const { node, key, names } of tree.references) {
    const handles = names.map((name) => present(byName.get(name), `device tree: ${node.name} names ${name}`))
    node.setWords(key, ...handles)
  }
  const master = byName.get('aic')
  for (const node of root.walk()) {
    const inherits = node.properties.has('interrupts') && !node.properties.has('interrupt-parent')
    if (inherits && master !== undefined) node.setWords('interrupt-parent', master)
  }
}

function joinedLines(text: string): string[] {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const body = line.trimStart()
    if (body === '') continue
    if (!body.startsWith('+ ')) {
      lines.push(line)
      continue
    }
    const rest = body.slice(2)
    const former = present(lines.pop(), 'device tree: a continuation follows a line')
    lines.push(former.endsWith(',') ? former + rest : `${former} ${rest}`)
  }
  return lines
}

function setFact(node: DeviceTreeNode, key: string, value: string): void {
  if (key === 'type') node.setString('device_type', value)
  else if (key === 'compat') node.setStrings('compatible', value.split('|'))
  else if (key === 'reg') node.setLongs('reg', ...pairs(value))
  else if (key === 'reg4') node.setWords('reg', ...pairs(value))
  else if (key === 'cell') node.setWords('reg', Number.parseInt(value, 16))
  else if (key === 'int') node.setWords('interrupts', ...value.split(',').map(Number))
  else if (key.endsWith(':u32')) node.setWords(key.slice(0, -4), Number.parseInt(value, 16))
  else if (key.endsWith(':str')) node.setStrings(key.slice(0, -4), value.replaceAll('_', ' ').split('|'))
  else if (key.endsWith(':flag')) node.setFlag(key.slice(0, -5))
  else assert(false, `device tree: unknown fact ${key} of ${node.name}`)
}

function pairs(value: string): number[] {
  return value.split(',').flatMap((pair) => pair.split('+').map((part) => Number.parseInt(part, 16)))
}

function referenceKey(key: string): string {
  return key === 'intparent' ? 'interrupt-parent' : 'iommu-parent'
}

function namesOf(value: string): string[] {
  return value.split(',').map((name) => name.slice(1))
}
