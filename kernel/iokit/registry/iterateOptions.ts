/** Options of registry iterators and property searches. */
export const kIORegistryIterateRecursively = 0x00000001
export const kIORegistryIterateParents = 0x00000002
