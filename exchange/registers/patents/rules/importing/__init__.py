"""Reading files of patents: recognise by content, decode, find the layout, cut into rows; nothing is written here."""
