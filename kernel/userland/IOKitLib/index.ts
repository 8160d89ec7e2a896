/**
 * The library of user space by which programs reach I/O Kit, with Apple's names. Each call is a message to a
 * port of
 * the task that is its first argument.
 */
export {
  IO_OBJECT_NULL, IOMainPort, kIOMainPortDefault, type Answer, type io_connect_t, type io_iterator_t,
  type io_object_t, type io_registry_entry_t, type io_service_t,
} from './call.ts'
export * from './IOCatalogue.ts'
export * from './IOConnect.ts'
export * from './IONotificationPort.ts'
export { IONotificationPortDestroy } from './IONotificationPortDestroy.ts'
export {
  IONotificationPortGetRunLoopSource, IONotificationPortSetDispatchQueue,
} from './notificationDelivery.ts'
export * from './IOObject.ts'
export {
  IORegistryCreateIterator, IORegistryEntryCopyPath, IORegistryEntryCreateCFProperties,
  IORegistryEntryCreateCFProperty, IORegistryEntryCreateIterator, IORegistryEntryFromPath,
  IORegistryEntryGetChildEntry, IORegistryEntryGetChildIterator, IORegistryEntryGetLocationInPlane,
  IORegistryEntryGetName, IORegistryEntryGetNameInPlane, IORegistryEntryGetParentEntry,
  IORegistryEntryGetParentIterator, IORegistryEntryGetPath, IORegistryEntryGetProperty,
  IORegistryEntryGetRegistryEntryID, IORegistryEntryInPlane, IORegistryEntrySearchCFProperty,
  IORegistryEntrySetCFProperties, IORegistryEntrySetCFProperty, IORegistryGetRootEntry,
  IORegistryIteratorEnterEntry, IORegistryIteratorExitEntry, kIORegistryIterateParents,
  kIORegistryIterateRecursively,
} from './IORegistryEntry.ts'
export * from './IOService.ts'
export {
  IOBSDNameMatching, IOOpenFirmwarePathMatching, IORegistryEntryIDMatching, IOServiceGetMatchingService,
  IOServiceGetMatchingServices, IOServiceMatching, IOServiceMatchPropertyTable, IOServiceNameMatching,
} from './IOServiceMatching.ts'
export { mach_error_string } from './machErrorString.ts'
