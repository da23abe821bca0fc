/**
 * The numbers that alerts compare with and panels draw a line at. Each has its only home here.
 */

/** Failed checks in a row after which the site counts as down (seed requirement: 2). */
export const DOWN_AFTER_CHECKS = 2;

/** Seconds after which a page is slow for its visitors (alert on the 95th percentile). */
export const SLOW_P95_SECONDS = 2;
