export * from './classScores.js';
export * from './confusionChart.js';
export * from './curves.js';
export * from './draw.js';
export * from './page.js';
export * from './resultsCsv.js';
export type * from './runResult.js';
export * from './writeReport.js';
