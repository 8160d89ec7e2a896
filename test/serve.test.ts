import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

it('workbench serve, as built, says where the app is and ends when it is told', async () => {
  const database = join(mkdtempSync(join(tmpdir(), 'serve-')), 'workbench.sqlite')
  const child = spawn(process.execPath, [join(root, 'scripts/workbench.mjs'), 'serve', '--port', '0', '--db', database])
  const said = await new Promise<string>((resolve) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text)
    })
    child.on('exit', () => resolve(text))
  })
  child.kill()
  expect(said).toMatch(/^READY http:\/\/127\.0\.0\.1:\d+\//u)
  await new Promise((resolve) => child.on('close', resolve))
})
