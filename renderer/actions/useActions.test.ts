import { expect, it } from 'vitest'
import { menuTree } from '../../kernel/api/menu.ts'
import { testWorkbench } from '../testSupport/testWorkbench.ts'
import { views } from '../views/index.ts'
import { useActionsStore } from './useActions.ts'

it('does something for every action of the menu', () => {
  testWorkbench({}).app.runWithContext(() => {
    const { byId } = useActionsStore()
    const missing = menuTree.flatMap((menu) => menu.entries.filter((entry) => entry.kind === 'action' && !byId.has(entry.action)))
    expect(missing).toEqual([])
  })
})

it('gives each view the shortcut that its menu line shows', () => {
  testWorkbench({}).app.runWithContext(() => {
    const accelerators = useActionsStore().menuActions.filter((action) => /^CmdOrCtrl\+\d$/u.test(action.accelerator ?? ''))
    expect(accelerators.map(({ title, accelerator }) => [title, accelerator])).toEqual(views.map(({ title, accelerator }) => [title, accelerator]))
  })
})
