/** Properties that differ between two looks at one idle Mac: counters, clocks, charge, processes. */
const VOLATILE = new Set([
  'Statistics', 'IOPowerManagement', 'IOReportLegend', 'IOReportLegendPublic', 'IOKitDiagnostics',
  'PerformanceStatistics',
  'PerformanceStatisticsAccum', 'HIDIdleTime', 'IOUserClientCreator', 'IOUserClientCrossEndian', 'SystemTime',
  'IOConsoleUsers',
  'IOConsoleLocked', 'IOConsoleUsersSeed', 'IOScreenLockTime', 'SessionID', 'sessionID', 'UpdateTime',
  'FullPathUpdated',
  'CurrentCapacity', 'Voltage', 'Amperage', 'InstantAmperage', 'AvgTimeToEmpty', 'AvgTimeToFull',
  'InstantTimeToEmpty',
  'TimeRemaining', 'Temperature', 'AppleRawCurrentCapacity', 'AppleRawBatteryVoltage', 'BatteryData',
  'LegacyBatteryInfo',
  'ChargerData', 'PowerTelemetryData', 'BootSessionUUID', 'IOTimeStamp', 'Timestamp', 'LastUpdate',
  'DriverPowerState',
  'CurrentPowerState', 'DebugState', 'EventServiceProperties', 'IOGeneralInterest', 'IOBusyInterest',
  'IOPriorityPowerStateInterest',
  'IOConsoleSecurityInterest', 'IOAppPowerStateInterest', 'ResetCount', 'IONetworkData', 'ACPI Statistics',
  'Bytes (Read)', 'Bytes (Write)',
  'busy', 'retain',
])

/** Whether a property tells of the moment and not of the machine. */
export function isVolatile(key: string): boolean {
  return VOLATILE.has(key) || /(?:Timestamp|TimeStamp|timestamp|-time|Interest)$/u.test(key)
}
