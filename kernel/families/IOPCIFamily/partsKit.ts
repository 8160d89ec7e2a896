/** What parts of other families need to be PCI functions. */
export { hexOf, hexOption } from './hexOptions.ts'
export { attachToBus, checkPciPart, FIRMWARE_OPTIONS } from './parts.ts'
export { PCI_PARENTS, PCI_SLOT_FORM } from './slots.ts'
