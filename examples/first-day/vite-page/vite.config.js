/** Pages with these headers are isolated: Striate then computes with several threads. A server that hosts it sends them, too. */
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default { server: { headers }, preview: { headers } };
