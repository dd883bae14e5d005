"""How far a long command is: a bar on a terminal, a line for each part elsewhere."""

WIDTH = 30


class Progress:
    """Draws one part after the other on `out`, an `OutputWrapper` of a command."""

    def __init__(self, out):
        self.out, self.last = out, None

    def show(self, name, done, total):
        """Tell how many of a part's things are done."""
        if self.out.isatty():
            filled = WIDTH * done // max(total, 1)
            self.out.write(f"\r{name:14}{'█' * filled:{WIDTH}} {done:,} of {total:,}", ending="")
        elif self.last != name:
            self.out.write(f"{name}: {total:,} records")
        self.last = name

    def end(self):
        """Leave the bar behind."""
        if self.out.isatty():
            self.out.write("")
