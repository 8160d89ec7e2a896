// For npm run corpus: makes every edit that explanations of the dumps of a folder propose; prints one JSON document.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRegistry } from '../../kernel/importers/index.ts'
import { corpusBytes } from './corpusFolder.ts'
import { makeAllEdits } from './counterfactuals.ts'

const [folder = '', limit = '0'] = process.argv.slice(2)
const decodeLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const names = readdirSync(folder).toSorted()
const chosen = Number(limit) > 0 ? names.slice(0, Number(limit)) : names
const dumps = chosen.map((name) => ({ name, ...makeAllEdits(readRegistry(corpusBytes(join(folder, name)), { decodeLatin1 })) }))
process.stdout.write(JSON.stringify(dumps))
