export function describe(lamp) {
  switch (lamp.kind) {
    case "desk":
      return `Desk lamp ${lamp.name}`;
    case "floor":
      return `Floor lamp ${lamp.name}`;
    default:
      return lamp.name;
  }
}

export function watts(lamps) {
  return lamps.reduce((sum, lamp) => sum + lamp.watts, 0);
}
