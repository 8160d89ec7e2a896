import { describe, expect, it } from 'vitest'
import { menuTree } from '../../kernel/api/menu.ts'
import { formatAccelerator, matches, parseAccelerator } from './accelerator.ts'

const press = (change: Partial<KeyboardEvent>) => ({
  key: '', code: '', metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, ...change,
})

describe('matches', () => {
  it('takes Command on a Mac and Control elsewhere', () => {
    const find = parseAccelerator('CmdOrCtrl+F')
    expect(matches(find, press({ key: 'f', metaKey: true }), true)).toBe(true)
    expect(matches(find, press({ key: 'f', metaKey: true }), false)).toBe(false)
    expect(matches(find, press({ key: 'f', ctrlKey: true }), false)).toBe(true)
  })

  it('goes by the key where Option or Shift changes the character', () => {
    expect(matches(parseAccelerator('CmdOrCtrl+Alt+0'), press({ key: 'º', code: 'Digit0', metaKey: true, altKey: true }), true)).toBe(true)
    expect(matches(parseAccelerator('CmdOrCtrl+Shift+['), press({ key: '{', code: 'BracketLeft', ctrlKey: true, shiftKey: true }), false)).toBe(true)
    expect(matches(parseAccelerator('CmdOrCtrl+Alt+P'), press({ key: 'π', code: 'KeyP', metaKey: true, altKey: true }), true)).toBe(true)
  })

  it('wants exactly the modifiers that are named', () => {
    expect(matches(parseAccelerator('CmdOrCtrl+F'), press({ key: 'F', ctrlKey: true, shiftKey: true }), false)).toBe(false)
  })
})

it('writes combinations as each system does', () => {
  expect([formatAccelerator('CmdOrCtrl+Shift+P', true), formatAccelerator('CmdOrCtrl+Shift+P', false)]).toEqual(['⇧⌘P', 'Ctrl+Shift+P'])
})

it('finds no combination twice in the menu', () => {
  const used = menuTree.flatMap((menu) => menu.entries.flatMap((entry) => entry.kind === 'action' && entry.accelerator ? [entry.accelerator] : []))
  expect(new Set(used).size).toBe(used.length)
})
