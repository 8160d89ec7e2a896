import { describe, expect, it } from 'vitest'
import appleSilicon from '../../resources/machines/apple-silicon-laptop.json' with { type: 'json' }
import intel from '../../resources/machines/intel-desktop.json' with { type: 'json' }
import { runOn, startMachine } from '../../test/support/machineStory.ts'

/** Lines that people run on real machines, as public scripts have them. */
const LINES: readonly string[] = [
  "ioreg -rd1 -c IOPlatformExpertDevice | awk -F'\"' '/IOPlatformUUID/{print $4}'",
  'ioreg -rd1 -c IOPlatformExpertDevice | grep IOPlatformUUID | cut -f2 -d"=" | tr -d \'" \\n\'',
  "ioreg -rd1 -c IOPlatformExpertDevice | grep IOPlatformUUID | sed 's/.*\"\\(.*\\)\"/\\1/'",
  "ioreg -l | awk '/IOPlatformSerialNumber/ { print $4;}'",
  "ioreg -c IOPlatformExpertDevice -d 2 | awk -F\\\" '/IOPlatformSerialNumber/{print $(NF-1)}'",
  "ioreg -c IOHIDSystem | awk '/HIDIdleTime/ {print $NF/1000000000; exit}'",
  "ioreg -c IOHIDSystem | sed -e '/HIDIdleTime/ !{ d' -e 't' -e '}' -e 's/.* = //g' -e 'q'",
  'ioreg -rn AppleSmartBattery | grep -i capacity',
  "ioreg -r -c AppleSmartBattery | grep '\"CycleCount\" =' | head -1 | awk '{print $NF}'",
  "ioreg -rd1 -c AppleSmartBattery | awk -F\\\" '/BatterySerialNumber/ {print $(NF-1)}'",
  'ioreg -brc AppleSmartBattery',
  'ioreg -w0 -l | grep Capacity',
  "ioreg -l | grep -e '\"DesignCapacity\" =' -e '\"MaxCapacity\" ='",
  'ioreg -n Root -d1 -a | grep -A1 IOConsoleLocked',
  'ioreg -n Root -d1 -a | grep CGSSession',
  'ioreg -lw0 -r -c "IODisplayConnect" -n "display0" -d 2 | grep IODisplayEDID | cut -d\\< -f 2 | cut -d\\> -f 1',
  "ioreg -l | grep \\\"PerformanceStatistics\\\" | cut -d '{' -f 2 | tr '|' ',' | tr -d '}' | tr ',' '\\n'"
    + " | grep 'Temp\\|Fan\\|Clock'",
  'ioreg -r -c IOAccelerator -d 1; ioreg -r -c IOAccelerator -d 1 -a',
  'ioreg -lw0 -p IODeviceTree -n sgx -r',
  'ioreg -r -c IOPMrootDomain -d 1 | grep SleepDisabled',
  "ioreg -n IODisplayWrangler -r IODisplayWrangler -w 0 | sed -n 's/.*\"CurrentPowerState\"=\\([0-9]\\).*/\\1/p'",
  'ioreg -p IOUSB -l -w 0',
  "ioreg -p IOUSB -w0 | sed 's/[^o]*o //; s/@.*$//' | grep -v '^Root.*'",
  "ioreg -l | awk -F\\\" '/board-id/ { print $4 }'",
  'ioreg -r -c IOSCSIPeripheralDeviceType00 -l | grep "BSD Name" | cut -d\'"\' -f4 | while read a; do echo "$a"; done',
  "ioreg -n BNBMouseDevice | grep -i batterypercent | sed 's/[^[:digit:]]//g'",
  'ioreg -c AppleDeviceManagementHIDEventService -r -l | grep -i batterypercent',
  'ioreg -r -k AppleClamshellState -d 4 | grep AppleClamshellState | head -1',
  'ioreg -l -w0 -c IOUserClient; ioreg -lw0 | grep IODisplayPrefsKey; ioreg -d 1 -k IORegistryPlanes',
  'ioreg -c IOPlatformExpertDevice -d 2 -a',
  'ioreg -arc IOBlockStorageDevice',
  'x="$(ioreg -n Root -d1 -a)"; for word in $x; do :; done; cat <<< "$x" | wc -l; [ -n "$x" ] && echo $((1 + 1))',
  'sudo ioreg -l 2>/dev/null | head -3; uname -a; sw_vers; sysctl -n hw.model; nvram -p; kextstat | head -5',
  "kextstat -l | awk '!/com.apple/ {print $6}'; system_profiler SPNVMeDataType | grep -E 'Model|Serial' | sort -u",
]

describe.each([['Intel', intel], ['Apple silicon', appleSilicon]])('on %s', (_, template) => {
  const machine = startMachine(template)

  it.each(LINES)('%s', (line) => {
    const { stderr, status } = runOn(machine, line)
    expect(stderr.replaceAll(/^Executing: .*\n|^No variant specified.*\n/gmu, '')).toBe('')
    expect(status).not.toBeNull()
    expect(status).toBeLessThan(2)
  })

  it('the identifier and the serial number come out of the pipes', () => {
    const uuid = runOn(machine, LINES[0]!).stdout.trim()
    expect(uuid).toMatch(/^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/u)
    expect(runOn(machine, LINES[1]!).stdout).toBe(uuid)
    expect(runOn(machine, LINES[2]!).stdout).toBe(`${uuid}\n`)
    const serial = runOn(machine, LINES[4]!).stdout.trim()
    expect(runOn(machine, LINES[3]!).stdout).toBe(`"${serial}"\n`)
  })
})
