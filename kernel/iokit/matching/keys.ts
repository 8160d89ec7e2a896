import {
  kCFBundleIdentifierKernelKey, kCFBundleIdentifierKey, kIOBSDMajorKey, kIOBSDMinorKey, kIOBSDNameKey, kIOBSDUnitKey,
  kIOClassKey, kIOExclaveAssignedKey, kIOExclaveProxyKey, kIOLocationMatchKey, kIOMatchCategoryKey, kIOMatchDeferKey,
  kIOMatchedAtBootKey, kIOMatchedServiceCountKey, kIONameMatchKey, kIONameMatchedKey, kIOParentMatchKey,
  kIOPathMatchKey, kIOProbeScoreKey, kIOPropertyExistsMatchKey, kIOPropertyMatchKey, kIOProviderClassKey,
  kIORegistryEntryIDKey, kIOResourceMatchKey, kIOResourceMatchedKey, kIOServiceNotificationUserKey,
  kIOUserServerNameKey,
} from '../../abi/index.ts'
import { OSSymbol } from '../../libkern/index.ts'

/** Symbols of the keys that matching asks for all the time. */
export const gIOProviderClassKey = OSSymbol.permanent(kIOProviderClassKey)
export const gIOClassKey = OSSymbol.permanent(kIOClassKey)
export const gIOProbeScoreKey = OSSymbol.permanent(kIOProbeScoreKey)
export const gIOMatchCategoryKey = OSSymbol.permanent(kIOMatchCategoryKey)
export const gIOMatchDeferKey = OSSymbol.permanent(kIOMatchDeferKey)
export const gIOMatchedAtBootKey = OSSymbol.permanent(kIOMatchedAtBootKey)
export const gIONameMatchKey = OSSymbol.permanent(kIONameMatchKey)
export const gIONameMatchedKey = OSSymbol.permanent(kIONameMatchedKey)
export const gIOPropertyMatchKey = OSSymbol.permanent(kIOPropertyMatchKey)
export const gIOPropertyExistsMatchKey = OSSymbol.permanent(kIOPropertyExistsMatchKey)
export const gIOLocationMatchKey = OSSymbol.permanent(kIOLocationMatchKey)
export const gIOParentMatchKey = OSSymbol.permanent(kIOParentMatchKey)
export const gIOPathMatchKey = OSSymbol.permanent(kIOPathMatchKey)
export const gIORegistryEntryIDKey = OSSymbol.permanent(kIORegistryEntryIDKey)
export const gIOMatchedServiceCountKey = OSSymbol.permanent(kIOMatchedServiceCountKey)
export const gIOResourceMatchKey = OSSymbol.permanent(kIOResourceMatchKey)
export const gIOResourceMatchedKey = OSSymbol.permanent(kIOResourceMatchedKey)
export const gIOServiceNotificationUserKey = OSSymbol.permanent(kIOServiceNotificationUserKey)
export const gIOUserServerNameKey = OSSymbol.permanent(kIOUserServerNameKey)
export const gIOExclaveAssignedKey = OSSymbol.permanent(kIOExclaveAssignedKey)
export const gIOExclaveProxyKey = OSSymbol.permanent(kIOExclaveProxyKey)
export const gIOCompatibilityMatchKey = OSSymbol.permanent('IOCompatibilityMatch')
export const gIOCompatibilityPropertiesKey = OSSymbol.permanent('IOCompatibilityProperties')
export const gIOUserServicePropertiesKey = OSSymbol.permanent('IOUserServiceProperties')
export const gIOPathKey = OSSymbol.permanent('IOPath')
export const gIOModuleIdentifierKey = OSSymbol.permanent(kCFBundleIdentifierKey)
export const gIOModuleIdentifierKernelKey = OSSymbol.permanent(kCFBundleIdentifierKernelKey)
export const gIOBSDKeys = [kIOBSDNameKey, kIOBSDMajorKey, kIOBSDMinorKey, kIOBSDUnitKey].map(
  (key) => OSSymbol.permanent(key),
)
