import { trap } from '../../../../mach/user.ts'
import type { KernelThread } from '../../../../sim/index.ts'
import type { KextRequest, KextResponse, LoadedKextInfo } from '../../../libsystem/kextRequest.ts'
import { fact, type Reporter, type Section, type SectionItem } from './Section.ts'

/** `SPExtensionsDataType`: the loaded kernel extensions, by name. */
export const extensionsReporter: Reporter = {
  dataType: 'SPExtensionsDataType', title: 'Extensions', group: 'Software',
  *report({ task }): KernelThread<Section> {
    const request: KextRequest = { predicate: 'Get Loaded Kext Info', arguments: {} }
    const { errno, value } = yield* trap(task, 'kext_request', request)
    const kexts = errno === 0 ? (value as KextResponse).kexts ?? [] : []
    const items = kexts.filter((kext) => !kext.isKernelComponent).map(itemOf)
    return {
      items: items.toSorted((a, b) => (a.name < b.name ? -1 : 1)), noInformation: 'No information found.',
    }
  },
}

function itemOf(kext: LoadedKextInfo): SectionItem {
  const name = kext.path === null ? kext.bundleIdentifier.split('.').at(-1)! : bundleName(kext.path)
  const isApple = kext.bundleIdentifier.startsWith('com.apple.')
  return {
    name,
    facts: [
      fact('spext_version', 'Version', kext.version),
      fact('spext_bundleid', 'Bundle ID', kext.bundleIdentifier),
      { key: 'spext_loaded', label: 'Loaded', value: 'Yes', raw: 'spext_yes' },
      {
        key: 'spext_obtained_from', label: 'Obtained from', value: isApple ? 'Apple' : 'Unknown',
        raw: isApple ? 'spext_apple' : 'spext_unknown',
      },
      ...(kext.path === null ? [] : [fact('spext_path', 'Location', kext.path)]),
      fact('spext_load_address', 'Load Address', `0x${kext.address.toString(16)}`),
      { key: 'spext_hasAllDependencies', label: 'Dependencies', value: 'Satisfied', raw: 'spext_satisfied' },
    ],
  }
}

/** `/Library/Extensions/Acme.kext` → `Acme`. */
function bundleName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.kext$/u, '')
}
