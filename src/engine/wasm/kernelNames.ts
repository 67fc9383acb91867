/** The kernels that the WebAssembly module exports; checked against it when it is loaded. */
export const kernelNames = ['relu', 'reluGradient'] as const;

/** The name of a kernel. */
export type KernelName = (typeof kernelNames)[number];
