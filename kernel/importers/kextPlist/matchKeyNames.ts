/** Keys of a personality that the kernel, or a family whose sources or headers are public, compares with a provider. */
const NAMES: ReadonlySet<string> = new Set([
  // IOService
  'IONameMatch', 'IOPropertyMatch', 'IOPropertyExistsMatch', 'IOResourceMatch', 'IOResourceMatched', 'IOParentMatch',
  'IOPathMatch', 'IOLocationMatch', 'IORegistryEntryID', 'IOMatchDefer', 'IOMatchedServiceCount', 'IOCompatibilityMatch',
  'BSD Name', 'BSD Major', 'BSD Minor', 'BSD Unit',
  // PCI
  'IOPCIMatch', 'IOPCIPrimaryMatch', 'IOPCISecondaryMatch', 'IOPCIClassMatch', 'IOPCITunnelCompatible',
  // USB
  'idVendor', 'idProduct', 'idProductArray', 'idProductMask', 'bcdDevice', 'bDeviceClass', 'bDeviceSubClass',
  'bDeviceProtocol', 'bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol', 'bInterfaceNumber',
  'bConfigurationValue', 'bNumConfigurations', 'USBSpeed', 'USBPortType', 'kUSBHubType', 'locationID',
  // HID
  'Transport', 'VendorID', 'VendorIDSource', 'ProductID', 'ProductIDArray', 'ProductIDMask', 'VersionNumber',
  'Manufacturer', 'Product', 'SerialNumber', 'LocationID', 'CountryCode', 'ModelNumber', 'PrimaryUsage',
  'PrimaryUsagePage', 'DeviceUsagePairs', 'DeviceUsage', 'DeviceUsagePage', 'PhysicalDeviceUniqueID', 'BootProtocol',
  'HIDDefaultBehavior', 'HIDVirtualDevice', 'DebugState',
  // SCSI and storage
  'Peripheral Device Type', 'Vendor Identification', 'Product Identification', 'Product Revision Level', 'SCSITaskDeviceCategory',
  'Content', 'Content Hint', 'Content Mask', 'Ejectable', 'Leaf', 'Removable', 'Whole', 'Writable', 'Preferred Block Size',
  'Physical Interconnect', 'Physical Interconnect Location', 'device-type', 'device_type',
  // FireWire, Thunderbolt, displays
  'Unit_Spec_ID', 'Unit_SW_Version', 'Vendor_ID', 'Model_ID', 'GUID', 'DisplayVendorID', 'DisplayProductID', 'IODisplayEDID',
])

/** Whether a key of a personality takes part in matching: a known one, or one whose name says so. */
export function isMatchKey(key: string): boolean {
  return NAMES.has(key) || (/^IO[A-Za-z0-9]+Match$/u.test(key) && key !== 'IOMatch')
}
