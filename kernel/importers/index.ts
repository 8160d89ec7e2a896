/** Files of real machines to plain data: ioreg texts, property lists, panic and crash reports. */
export * from './ImportedRegistry.ts'
export * from './limits.ts'
export { readIoregText } from './ioregText/readIoregText.ts'
export { planeOfTree } from './planeOfTree.ts'
export { isDriver, kernelVersionOf, modelOf, osBuildOf, planesOf, textOf } from './registryFacts.ts'
export { registrySummary, type RegistrySummary, type SummaryProblem } from './registrySummary.ts'
export {
  importedEntryDetails,
  importedPlanes,
  importedSnapshot,
  isInt32,
  sectionOf,
  shownId,
  toPropertyValue,
} from './importedSnapshot.ts'
export { comparableImport } from './comparableImport.ts'
export { lightRegistry } from './lightRegistry.ts'
export { PropertyIndex } from './PropertyIndex.ts'
export { readRegistry, type ReadRegistryOptions } from './readRegistry.ts'
export { describesKext } from './kextPlist/describesKext.ts'
export { readKextPlist, type ReadKextOptions } from './kextPlist/readKextPlist.ts'
export * from './panic/index.ts'
export { looksLikeCrash, readCrash } from './crash/readCrash.ts'
export { joinLists, readDeviceList, type DeviceListHint } from './deviceList/readDeviceList.ts'
export { readPlistTable } from './kextPlist/readPlistTable.ts'
