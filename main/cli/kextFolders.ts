import type { PersonalityFacts } from '../../kernel/explain/index.ts'

export function readKextFolders(folders: readonly string[]): PersonalityFacts[] {
  return folders.length === 0 ? [] : []
}
