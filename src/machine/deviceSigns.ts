/** How providers and drivers say that a device gave up: what they throw or print is no more than a text. */
export const deviceSigns = {
  // Dawn reports a buffer that could not be made where it is used first.
  memory:
    /out[ _]of[ _](device[ _]|host[ _])?memory|Failed to allocate memory|bad[_ ](array_new_length|alloc)|Invalid Buffer[^]*due to a previous error|ALLOC_FAILED|8007000E|Allocation size too large|exceeds? .*max(imum)? ?(StorageBuffer|Buffer)/i,
  lost: /device\]? (is |was |has been )?(lost|removed|hung)|DEVICE_(LOST|REMOVED|HUNG)|887A000[5-7]|GPU (is |has )?(lost|fallen off the bus)|instance (was )?dropped|unspecified launch failure|illegal memory access|uncorrectable ECC/i,
} as const;
