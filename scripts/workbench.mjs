#!/usr/bin/env node
// The command line: builds what is stale, then hands over to the built program on Node 24.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isStale, nodeBinary, projectVersion, root, runNode } from './lib/project.mjs'

if (!existsSync(join(root, 'node_modules/.package-lock.json'))) {
  process.stderr.write('workbench: the packages are not installed: run npm ci in the project first\n')
  process.exit(2)
}
if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${projectVersion()}\n`)
  process.exit(0)
}
if (isStale()) {
  process.stderr.write('Building …\n')
  runNode(['scripts/build.mjs'])
}
const helpText = join(root, 'out/help.txt')
if (process.argv.length === 3 && ['help', '--help', '-h'].includes(process.argv[2]) && existsSync(helpText)) {
  process.stdout.write(readFileSync(helpText))
  process.exit(0)
}
const cli = join(root, 'out/main/cli.js')
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(pathToFileURL(cli).href)
} else {
  const done = spawnSync(nodeBinary(), [cli, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(done.status ?? 70)
}
