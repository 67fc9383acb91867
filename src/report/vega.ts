/** What draws charts, in one module: the build makes one file of it and the packages it comes from. */
export { parse, View, Warn } from 'vega';
export { compile } from 'vega-lite';
