/** Strict XML, in a module of its own: the build makes one file of it and the package it comes from. */
export { parseXml } from '@rgrove/parse-xml';
