import { expect, it } from 'vitest'
import type { SecretKind } from '../../api/index.ts'
import { previewRedaction, redact } from './redact.ts'

const ALL: readonly SecretKind[] = ['serial', 'uuid', 'mac', 'user', 'host', 'email']

const DUMP = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>
      "IOPlatformSerialNumber" = "QX7Y1234ABCD"
      "IOPlatformUUID" = "12345678-ABCD-4DEF-8123-0123456789AB"
      "IOMACAddress" = <a85c2c0a0b0c>
      "Bridge" = "serial QX7Y1234ABCD of a8:5c:2c:0a:0b:0c"
      "UUID" = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
      "Volume" = "99999999-ABCD-4DEF-8123-0123456789AB"
`

it('takes a machine\'s names out of a dump, equal values alike, and keeps the form so that it can be read again', () => {
  expect(redact(DUMP, ALL, true).text).toBe(`+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>
      "IOPlatformSerialNumber" = "XXXXXXXXXXX1"
      "IOPlatformUUID" = "00000000-0000-0000-0000-000000000001"
      "IOMACAddress" = <000000000002>
      "Bridge" = "serial XXXXXXXXXXX1 of 00:00:00:00:00:01"
      "UUID" = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
      "Volume" = "00000000-0000-0000-0000-000000000002"
`)
})

const CRASH = `Process: Scope [400]
Path: /Users/jane/Applications/Scope.app
CrashReporter Key: 0123456789abcdef0123456789abcdef01234567
Anonymous UUID: 12345678-ABCD-4DEF-8123-0123456789AB
0x10 - 0x20 Scope <AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE> /Users/jane/x and /Users/Shared/y
mail jane.doe@example.org, host janes-mac.local
`

it('takes people out of a report and leaves the UUIDs of images, which symbols are found by', () => {
  const { text, secrets } = redact(CRASH, ALL, false)
  expect(text).toBe(`Process: Scope [400]
Path: /Users/user1/Applications/Scope.app
CrashReporter Key: 0000000000000000000000000000000000000001
Anonymous UUID: 00000000-0000-0000-0000-000000000002
0x10 - 0x20 Scope <AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE> /Users/user1/x and /Users/Shared/y
mail person1@example.com, host host1.local
`)
  expect(secrets.map(({ kind, count, line }) => [kind, count, line])).toContainEqual(['user', 2, 2])
})

it('leaves alone what was not asked for, and shows each changed line before anything leaves', () => {
  const preview = previewRedaction('a.txt', CRASH, ['email'], false)
  expect(preview.changes).toEqual([{ line: 6, before: 'mail jane.doe@example.org, host janes-mac.local', after: 'mail person1@example.com, host janes-mac.local' }])
  expect(redact(CRASH, [], false).text).toBe(CRASH)
})

it('does not grow beyond its input\'s size times a little on bait for expressions', () => {
  for (const bait of ['a@'.repeat(50_000), 'a.'.repeat(100_000), '/Users/'.repeat(30_000), '0:'.repeat(100_000), `"serial number" = ${' '.repeat(200_000)}`]) {
    expect(redact(bait, ALL, true).text.length).toBeLessThan(bait.length * 2)
  }
})
