/** Processor vectors of a machine with ACPI: I/O APIC inputs from 64 on, messages from 112 on. */
export const APIC_BASE_VECTOR = 64
export const MSI_BASE_VECTOR = 112
export const MSI_VECTOR_COUNT = 143
/**
 * Address that message-signalled interrupts are written to: physical, fixed, processor 0 (Intel SDM 3A,
 * 11.11.1).
 */
export const MSI_MESSAGE_ADDRESS = 0xfee00000n
