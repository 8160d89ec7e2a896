import {
  compareWithDump, dumpSubjectOf, explainSubject, machineSubject, personalityTable, type ExplainSubject,
} from '../../kernel/explain/index.ts'
import type { KernelFunctions, Machine, OpenedSample, ProviderPlace, RegistrySource } from '../../kernel/index.ts'
import type { ImportService } from './ImportService.ts'
import type { KextSets } from './KextSets.ts'
import { readExplainerSample } from './samples.ts'

/** Calls about what matching would come to. */
export type ExplainFunctions = Pick<KernelFunctions,
  'explain' | 'explainWhatIf' | 'explainedPersonality' | 'rematch' | 'listKextSets' | 'addKextSet'
  | 'removeKextSet' | 'restoreKextSet' | 'openExplainerSample'>

/** Explains providers of the machine and of imports, with the kexts that people gave. */
export class ExplainService {
  private sample: (OpenedSample & { readonly setId: number }) | null = null

  constructor(
    private readonly imports: ImportService, private readonly simulation: () => Machine['simulation'],
    private readonly kexts: KextSets,
  ) {}

  functions(): ExplainFunctions {
    const { kexts } = this
    return {
      explain: (provider, focus) => explainSubject(this.subject(provider), [], focus),
      explainWhatIf: (provider, edits, focus) => explainSubject(this.subject(provider), edits, focus),
      explainedPersonality: (provider, edits, name) => {
        const table = personalityTable(this.subject(provider), edits, name)
        if (table === null) throw new Error(`There is no personality ${name}.`)
        return table
      },
      rematch: (source) => compareWithDump(this.world(source)),
      listKextSets: () => kexts.list(),
      addKextSet: (name, files) => kexts.add(name, files),
      removeKextSet: (id) => kexts.remove(id),
      restoreKextSet: (id) => kexts.restore(id),
      openExplainerSample: () => this.openSample(),
    }
  }

  private subject({ source, id }: ProviderPlace): ExplainSubject {
    const subject = source === 'machine'
      ? machineSubject(this.simulation(), id, this.kexts.personalities())
      : dumpSubjectOf(this.world(source), id)
    if (subject === null) throw new Error('This entry is no longer in the registry.')
    return subject
  }

  private world(source: RegistrySource): ReturnType<ReturnType<ImportService['registry']>['world']> {
    if (source === 'machine') throw new Error('Matching anew compares with a dump: open one first.')
    return this.imports.registry(source).world(this.kexts.personalities(), this.kexts.generation)
  }

  private openSample(): OpenedSample {
    const { sample } = this
    const isOpen = sample !== null && this.imports.list().some(({ id }) => id === sample.importId)
    const hasKexts = sample !== null && this.kexts.list().some(({ id }) => id === sample.setId)
    if (isOpen && hasKexts) return sample
    const { dumpName, dump, kexts, provider } = readExplainerSample()
    const importId = isOpen ? sample.importId : this.imports.addSample({ name: dumpName, bytes: dump }).id
    const setId = hasKexts ? sample.setId : this.kexts.add('Sample Kexts', kexts).id
    const source = `import:${importId}` as const
    this.sample = { importId, setId, provider: { source, id: this.imports.registry(source).idOf(provider) } }
    return this.sample
  }
}
