import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'
import { menuTree, type MenuEntry } from '../../kernel/api/menu.ts'

/** Builds the native menu from the same tree that the browser shell's menu bar draws. */
export function installMenu(focused: () => BrowserWindow | null): void {
  const send = (action: string): void => focused()?.webContents.send('workbench:menu-action', action)
  const item = (entry: MenuEntry): MenuItemConstructorOptions => {
    if (entry.kind === 'separator') return { type: 'separator' }
    if (entry.kind === 'role') return { role: entry.role }
    return { label: entry.title, ...(entry.accelerator === undefined ? {} : { accelerator: entry.accelerator }), click: () => send(entry.action) }
  }
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTree.map((menu) => ({ label: menu.title, submenu: menu.entries.map(item) }))))
}
