// Readers without an account are shown times in their browser's zone: the next page learns it from a cookie.
const YEAR = 31_536_000; // s

export function tellZone(root) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { zoneIsGuessed, timeZone: shown } = root.documentElement.dataset;
  if (zoneIsGuessed === undefined || !timeZone || timeZone === shown) return;
  root.cookie = `time_zone=${timeZone}; path=/; max-age=${YEAR}; samesite=lax`;
}
