// Measures one side of one row in a process of its own and prints the result as JSON.
import { rows } from './rows/index.ts'

const [id = '', side = ''] = process.argv.slice(2)
const row = await rows[id]!()
const chosen = side === 'ours' ? row.ours : row.peer
const absent = chosen.isThere?.() ?? null
process.stdout.write(JSON.stringify(absent === null
  ? { ...await chosen.measure(), rssMb: Math.round(process.memoryUsage().rss / 1048576) } : { absent }))
process.exit(0)
