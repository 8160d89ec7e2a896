import { ArchiveMaker } from '../../kernel/importers/testing/ArchiveMaker.ts'

/** A small file of IORegistryExplorer: three entries in two planes, one below two parents and gone since. */
export function sampleArchive(): Uint8Array {
  const maker = new ArchiveMaker()
  const classes = ['Fruit', 'IOService', 'IORegistryEntry', 'OSObject'].map((name) => maker.add(name))
  const service = { inheritance: maker.list(classes), conformsToIOService: true, isActive: true, bundleID: maker.add('org.fruit') }
  const properties = '<key>n</key><integer size="32">0x10</integer><key>d</key><data>AAEC</data>'
  const leaf = maker.entry('leaf', { ...service, location: maker.add('7'), dateTerminated: maker.list([]) }, properties, [])
  const middle = maker.entry('middle', service, '<key>a</key><array><true/><string>x</string></array>', [['IOService', [leaf]]])
  const root = maker.entry('Root', { isRegistryRoot: true, inheritance: maker.list([maker.add('OSObject')]) },
    '<key>OS Build Version</key><string>1A1</string>', [['IOService', [middle, leaf]], ['IODeviceTree', [leaf]]])
  return maker.bytes({
    registryEntries: maker.list([leaf, middle, root]),
    registryPlanes: maker.list([maker.add('IODeviceTree'), maker.add('IOService')]),
  })
}
