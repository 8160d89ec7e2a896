/** What property values mean. */
export { hexDump } from './bytes.ts'
export { decodeProperty } from './decodeProperty.ts'
export { explainValue, type ValueFact } from './explainValue.ts'
export { bridgeRanges, countRanges, memoryRanges, pciRanges, type PciRange } from './pci.ts'
