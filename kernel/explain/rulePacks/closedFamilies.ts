import type { FamilyRule } from '../../iokit/index.ts'
import { equalKeysMatcher } from './equalKeys.ts'

/**
 * A rule concluded from dumps: keys that drivers carry and that equal their providers' wherever both are to
 * be seen.
 */
function seenInDumps(
  family: string, providerClasses: readonly string[], keys: readonly string[], note: string,
): FamilyRule {
  return {
    family, providerClasses, matcher: keys.length === 0 ? null : equalKeysMatcher(keys),
    names: 'registry name', keys, confidence: 'closed',
    source: `${family} (closed): drivers and providers of real dumps`, note,
  }
}

/**
 * Families whose matching is not published, as far as dumps show it. Replaceable: a better rule goes into
 * the family.
 */
export const closedFamilyRules: readonly FamilyRule[] = [
  seenInDumps('IOThunderboltFamily', ['IOThunderboltPort', 'IOThunderboltSwitch', 'IOThunderboltLocalNode'],
    ['Adapter Type', 'Vendor ID', 'Device ID', 'Revision ID', 'Thunderbolt Version'],
    'Adapter Type tells PCIe, DisplayPort and USB ends apart; Device ID may be a list of value&mask.'),
  seenInDumps('IOBluetoothFamily', ['IOBluetoothL2CAPChannel', 'IOBluetoothRFCOMMChannel'],
    ['PSM', 'ChannelID'],
    'The vendor and product that a personality also asks for are the remote device\'s; no dump shows them.'),
  seenInDumps('IOHDAFamily', ['IOHDACodecDevice', 'IOHDACodecFunction'],
    ['IOHDACodecVendorID', 'IOHDACodecRevisionID', 'IOHDACodecAddress', 'IOHDACodecFunctionGroupType'],
    'Codecs match by their identifiers, functions by the type of their group.'),
  seenInDumps('AppleHSSPISupport', ['AppleHSSPIInterface', 'AppleHSBluetoothInterface'],
    ['bInterfaceNumber', 'bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol', 'KeyholeReportID'],
    'Keys are named as those of USB interfaces.'),
  seenInDumps('AppleConvergedIPC', ['AppleConvergedIPCRTIInterface', 'IOAppleConvergedIPCRTIInterface'],
    ['ACIPCInterfaceProtocol', 'ACIPCInterfaceUnit'], 'The other end is named by protocol.'),
  seenInDumps('RTBuddy', ['RTBuddy', 'RTBuddyV2', 'RTBuddyService'], [],
    'Which role of coprocessor a driver wants is asked by IOPropertyMatch, or in code.'),
]
