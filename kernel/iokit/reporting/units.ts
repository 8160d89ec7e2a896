/** What is measured: the top byte of a unit. */
const kIOReportQuantityTime = 1n
const kIOReportQuantityEnergy = 3n
const kIOReportQuantityData = 9n
const kIOReportQuantityEventCount = 100n
const kIOReportQuantityPacketCount = 101n
const kIOReportQuantityCPUInstrs = 102n

const EXPONENT_ZERO = 127n
const SI_SHIFT = 32n
const IEC_SHIFT = 40n
const CARDINAL_SHIFT = 48n
const ONE_OVER = 1n << 31n

const powerOfTen = (exponent: bigint): bigint => (exponent + EXPONENT_ZERO) << SI_SHIFT
const powerOfTwo = (exponent: bigint): bigint => (exponent + EXPONENT_ZERO) << IEC_SHIFT
const unit = (quantity: bigint, scale = 0n): bigint => (quantity << 56n) | scale

/** Units of channels: quantity and scale in one 64-bit number. */
export const kIOReportUnitNone = 0n
export const kIOReportUnit_s = unit(kIOReportQuantityTime)
export const kIOReportUnit_ms = unit(kIOReportQuantityTime, powerOfTen(-3n))
export const kIOReportUnit_us = unit(kIOReportQuantityTime, powerOfTen(-6n))
export const kIOReportUnit_ns = unit(kIOReportQuantityTime, powerOfTen(-9n))
export const kIOReportUnit_J = unit(kIOReportQuantityEnergy)
export const kIOReportUnit_mJ = unit(kIOReportQuantityEnergy, powerOfTen(-3n))
export const kIOReportUnit_uJ = unit(kIOReportQuantityEnergy, powerOfTen(-6n))
export const kIOReportUnit_nJ = unit(kIOReportQuantityEnergy, powerOfTen(-9n))
export const kIOReportUnit_pJ = unit(kIOReportQuantityEnergy, powerOfTen(-12n))
/** Ticks of this machine's clock; a reporter puts the real unit in its place. */
export const kIOReportUnitHWTicks = unit(kIOReportQuantityTime, 1n << CARDINAL_SHIFT)
export const kIOReportUnit24MHzTicks = unit(kIOReportQuantityTime, ONE_OVER | 24n | powerOfTen(-6n))
export const kIOReportUnit1GHzTicks = unit(kIOReportQuantityTime, 1n | powerOfTen(-9n))
export const kIOReportUnitBits = unit(kIOReportQuantityData)
export const kIOReportUnitBytes = unit(kIOReportQuantityData, powerOfTwo(3n))
export const kIOReportUnit_KiB = unit(kIOReportQuantityData, powerOfTwo(13n))
export const kIOReportUnit_MiB = unit(kIOReportQuantityData, powerOfTwo(23n))
export const kIOReportUnit_GiB = unit(kIOReportQuantityData, powerOfTwo(33n))
export const kIOReportUnit_TiB = unit(kIOReportQuantityData, powerOfTwo(43n))
export const kIOReportUnitEvents = unit(kIOReportQuantityEventCount)
export const kIOReportUnitPackets = unit(kIOReportQuantityPacketCount)
export const kIOReportUnitInstrs = unit(kIOReportQuantityCPUInstrs)
