/// <reference lib="dom" />
import type { Page } from 'playwright-core'

/** Drops a file on the window, as from the desktop. */
export async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.evaluate(([file, data]) => {
    const content = Uint8Array.from(atob(data!), (character) => character.charCodeAt(0))
    const transfer = new DataTransfer()
    transfer.items.add(new File([content], file!))
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer })
      document.body.dispatchEvent(event)
    }
  }, [name, Buffer.from(bytes).toString('base64')])
}
