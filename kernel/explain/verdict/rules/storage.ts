import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SIGNS =
  oneOf(
    /^"?nvme: |nvme.{0,40}(?:Fatal|timeout|error)|CSTS=|ANS2|AHCI|jnl:|\bapfs\b|\bnx_[a-z]\w{2,60}:\d/iu,
    /HFS.{0,40}corrupt|I\/O error|disk error|IOStorage|zfs|\bspa\b/iu,
  )
const FILES =
  /(?:nvme|AHCI|Storage|apfs|hfs|jnl|vfs_|spec_|nandfs|vdev|arc|dmu|zio)\w{0,40}\.(?:c|cpp|h)$/iu

/** Storage, or a file system on it, could not go on. */
export const storage: VerdictRule = {
  name: 'storage',
  find(panic): Finding | null {
    const said = panic.says(SIGNS)
    const file = panic.facts.source?.file ?? ''
    if (said === null && !FILES.test(file)) return null
    const isDisk = /nvme|\bANS\d?\b|AHCI|CSTS/iu.test(`${panic.words} ${file}`)
    const line = said?.line ?? panic.facts.panicLine
    return {
      class: isDisk ? 'storage-device' : 'file-system',
      title: isDisk ? 'A storage device failed' : 'A file system found a fault',
      backtrace: 'culprit',
      confidence: said === null ? 'medium' : 'high',
      sentence: isDisk
        ? `The driver of a storage device gave up: ${panic.words.slice(0, 160)}`
        : `A file system's own check failed: ${panic.words.slice(0, 160)}`,
      cause: isDisk
        ? 'The device reported a fatal error or did not answer: the device, its firmware, its cable or its '
          + 'power.'
        : 'The volume\'s data is not consistent, or the file system\'s code has a fault.',
      evidence: [panic.evidence(line, 'the driver\'s own words')],
      leads: isDisk
        ? [
            {
              bundle: 'storage device',
              kind: 'hardware',
              weight: 'fair',
              evidence: [panic.evidence(line, 'it reported a fatal state')],
            },
          ]
        : [],
      next: isDisk
        ? ['Read the drive\'s health (SMART) and update its firmware.', 'Make a backup before anything else.']
        : ['Check the volume (fsck, First Aid; scrub for ZFS).', 'Update the file system\'s software.'],
    }
  },
}
