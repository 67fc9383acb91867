/** Pages with these headers are isolated: Striate then computes with several threads. */
const isolation = [
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Embedder-Policy', value: 'require-corp' },
];

export default { headers: () => Promise.resolve([{ source: '/(.*)', headers: isolation }]) };
