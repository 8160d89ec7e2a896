import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import { devicePath, titleOf } from './paths.ts'

/** What somebody who names an entry may mean. */
export type Target =
  | {
      readonly by: 'path' | 'devicePath' | 'name' | 'class' | 'key'
      readonly plane: string | null
      readonly text: string
    }
  | { readonly by: 'id'; readonly plane: string | null; readonly id: number }

/** Options of ioreg that take a value. */
const WITH_VALUE = 'cdknpw'

/**
 * Reads what was typed or pasted: a path with or without its plane, an entry id, the arguments of `ioreg`,
 * the device path of OpenCore, a name or a class. Null for nothing.
 */
export function parseTarget(typed: string): Target | null {
  const text = typed.trim().replace(/^["'](.*)["']$/u, '$1')
  if (text === '') return null
  const id = /^(?:id\s+)?0x([0-9a-f]{6,16})$/iu.exec(text)
  if (id !== null) return { by: 'id', plane: null, id: Number.parseInt(id[1] ?? '', 16) }
  if (/^\d{8,}$/u.test(text)) return { by: 'id', plane: null, id: Number(text) }
  if (/^(pciroot|pci\()/iu.test(text)) return { by: 'devicePath', plane: null, text: normalDevicePath(text) }
  if (/^(ioreg\b|-[a-z]*[cknp]\b)/u.test(text)) return fromArguments(words(text))
  const path = /^([A-Za-z][\w]*):(\/.*)$/u.exec(text)
  if (path !== null) return { by: 'path', plane: path[1] ?? null, text: path[2] ?? '' }
  return text.includes('/') ? { by: 'path', plane: null, text } : { by: 'name', plane: null, text }
}

/** `PciRoot(0x0)/Pci(0x1F, 3)` with its numbers in one form. */
function normalDevicePath(text: string): string {
  const whole = /^pciroot/iu.test(text) ? text : `PciRoot(0x0)/${text}`
  return whole
    .toLowerCase()
    .replace(/\s/gu, '')
    .replace(
      /(?<=[(,])(0x)?([0-9a-f]+)/gu,
      (_all, prefix, digits: string) =>
        `0x${Number.parseInt(digits, prefix === undefined ? 10 : 16).toString(16)}`,
    )
}

function words(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  )
}

function fromArguments(args: readonly string[]): Target | null {
  const given = new Map<string, string>()
  for (let at = args[0] === 'ioreg' ? 1 : 0; at < args.length; at += 1) {
    const word = args[at] ?? ''
    if (!word.startsWith('-')) continue
    const letter = [...word.slice(1)].findIndex((option) => WITH_VALUE.includes(option))
    if (letter < 0) continue
    const value = word.slice(letter + 2)
    given.set(word[letter + 1] ?? '', value === '' ? (args[(at += 1)] ?? '') : value)
  }
  const plane = given.get('p') ?? null
  for (const [option, by] of [
    ['n', 'name'],
    ['c', 'class'],
    ['k', 'key'],
  ] as const) {
    const text = given.get(option)
    if (text !== undefined && text !== '') return { by, plane, text }
  }
  return plane === null ? null : { by: 'path', plane, text: '/' }
}

/** The row that a target names in this plane, or -1. Keys are found by the kernel process, not here. */
export function rowOfTarget(snapshot: RegistrySnapshot, target: Target): number {
  switch (target.by) {
    case 'id':
      return snapshot.ids.indexOf(target.id)
    case 'path':
      return rowOfPath(snapshot, target.text)
    case 'devicePath':
      return snapshot.classes.findIndex(
        (name, row) =>
          name === 'IOPCIDevice' &&
          devicePath(snapshot, row) === target.text.replace('pciroot', 'PciRoot').replaceAll('pci(', 'Pci('),
      )
    case 'class':
      return snapshot.classes.indexOf(target.text)
    case 'name':
      return rowOfName(snapshot, target.text)
    default:
      return -1
  }
}

/** By name with location, by name, by class; case counts only when it decides. */
function rowOfName(snapshot: RegistrySnapshot, text: string): number {
  const low = text.toLowerCase()
  const tests: readonly ((row: number) => boolean)[] = [
    (row) => titleOf(snapshot, row) === text,
    (row) => snapshot.names[row] === text,
    (row) => snapshot.classes[row] === text,
    (row) => titleOf(snapshot, row).toLowerCase() === low,
    (row) => snapshot.names[row]?.toLowerCase() === low,
  ]
  for (const fits of tests) {
    const row = snapshot.names.findIndex((_name, at) => fits(at))
    if (row >= 0) return row
  }
  return -1
}

/**
 * The row that a path of this plane names (`IOService:/AppleACPIPlatformExpert/PC00@0`), or -1. Paths of the
 * kernel leave root and platform out; others begin anywhere. Locations may be left out.
 */
export function rowOfPath(snapshot: RegistrySnapshot, path: string): number {
  const wanted = path
    .replace(/^\w*:/u, '')
    .split('/')
    .filter((part) => part !== '')
    .reverse()
  if (wanted.length === 0) return snapshot.ids.length > 0 ? 0 : -1
  const exact = rowWith(snapshot, wanted, (row, part) => titleOf(snapshot, row).toLowerCase() === part)
  if (exact >= 0) return exact
  return rowWith(
    snapshot,
    wanted,
    (row, part) =>
      titleOf(snapshot, row).toLowerCase() === part || snapshot.names[row]?.toLowerCase() === part,
  )
}

function rowWith(
  snapshot: RegistrySnapshot,
  wanted: readonly string[],
  fits: (row: number, part: string) => boolean,
): number {
  const parts = wanted.map((part) => part.toLowerCase())
  return snapshot.names.findIndex((_name, row) => {
    let at = row
    for (const part of parts) {
      if (at < 0 || !fits(at, part)) return false
      at = snapshot.parents[at] ?? -1
    }
    return at < 0 || (snapshot.depths[at] ?? 0) <= 1
  })
}
