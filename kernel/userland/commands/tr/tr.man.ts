import type { ManPage } from '../../libsystem/defineCommand.ts'

export const trMan: ManPage = {
  section: 1,
  synopsis: ['tr [-Ccsu] string1 string2', 'tr [-Ccu] -d string1', 'tr [-Ccu] -s string1'],
  description: [
    'Translates, deletes or squeezes characters.',
  ],
}
