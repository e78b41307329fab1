// What opening_hours.js says of many expressions, in one process.
//
// In: {"values": [...], "start": "2026-12-01", "end": "2027-01-05", "state": "England"}, as JSON on standard input;
// TZ in the environment is the time zone. Out: for each value {"intervals": [[start, end, "open" or "perhaps"], ...]} in
// milliseconds since 1970, or {"error": "..."}.
import opening_hours from 'opening_hours';

const read = async () => {
  let text = '';
  for await (const piece of process.stdin) text += piece;
  return JSON.parse(text);
};

const { values, start, end, state } = await read();
const midnight = (day) => new Date(`${day}T00:00:00`);
// As text: numbers, which its own types ask for, leave it with a sun that rises at 06:00 all year.
const place = { lat: '53.45', lon: '-2.3', address: { country_code: 'gb', state } };

const evaluate = (value) => {
  try {
    const found = new opening_hours(value, place, { mode: 0, locale: 'en' })
      .getOpenIntervals(midnight(start), midnight(end))
      .map(([begins, ends, unknown]) => [begins.getTime(), ends.getTime(), unknown ? 'perhaps' : 'open']);
    return { intervals: found };
  } catch (error) {
    return { error: String(error).slice(0, 200) };
  }
};

process.stdout.write(JSON.stringify(values.map(evaluate)));
