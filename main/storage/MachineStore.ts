import { machineSchema, type MachineDescription, type MachineSummary } from '../../kernel/api/index.ts'
import type { Sqlite } from './Database.ts'

/** The machines that people saved. Machine files are checked before they get here. */
export class MachineStore {
  constructor(private readonly database: Sqlite) {}

  list(): MachineSummary[] {
    const rows = this.database.prepare<[], { description: string }>('SELECT description FROM machines ORDER BY title, name').all()
    return rows.map((row) => summarise(JSON.parse(row.description) as MachineDescription))
  }

  get(name: string): MachineDescription | null {
    const row = this.database.prepare<[string], { description: string }>('SELECT description FROM machines WHERE name = ?').get(name)
    return row === undefined ? null : machineSchema.parse(JSON.parse(row.description))
  }

  /** Saves under the machine's own name, replacing what had it. */
  save(description: MachineDescription): void {
    const { name, title, platform, model } = description
    this.database.prepare(
      'INSERT INTO machines (name, title, platform, model, description, savedAt) VALUES (?, ?, ?, ?, ?, ?) '
      + 'ON CONFLICT (name) DO UPDATE SET title = excluded.title, platform = excluded.platform, model = excluded.model, '
      + 'description = excluded.description, savedAt = excluded.savedAt',
    ).run(name, title, platform, model, JSON.stringify(description), new Date().toISOString())
  }

  delete(name: string): boolean {
    return this.database.prepare('DELETE FROM machines WHERE name = ?').run(name).changes > 0
  }
}

/** The list line of a machine file. */
export function summarise(description: MachineDescription): MachineSummary {
  return {
    name: description.name, title: description.title, platform: description.platform, model: description.model,
    osVersions: [description.osVersion], devices: description.devices.length, source: description.source,
  }
}
