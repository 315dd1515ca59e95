//! Pictures of the demo data, drawn for it and rendered once.

/// Name and JPEG of each scene; long side 1080, in landscape, portrait, square and wide.
pub fn scenes() -> &'static [(&'static str, &'static [u8])] {
    SCENES
}

static SCENES: &[(&str, &[u8])] = &[
    ("autumn", include_bytes!("scenes/autumn.jpg")),
    ("bird", include_bytes!("scenes/bird.jpg")),
    ("butterfly", include_bytes!("scenes/butterfly.jpg")),
    ("daisy", include_bytes!("scenes/daisy.jpg")),
    ("dawn", include_bytes!("scenes/dawn.jpg")),
    ("dusk", include_bytes!("scenes/dusk.jpg")),
    ("forest", include_bytes!("scenes/forest.jpg")),
    ("jade", include_bytes!("scenes/jade.jpg")),
    ("lake", include_bytes!("scenes/lake.jpg")),
    ("mushroom", include_bytes!("scenes/mushroom.jpg")),
    ("night", include_bytes!("scenes/night.jpg")),
    ("notebook", include_bytes!("scenes/notebook.jpg")),
    ("peony", include_bytes!("scenes/peony.jpg")),
    ("reeds", include_bytes!("scenes/reeds.jpg")),
    ("river", include_bytes!("scenes/river.jpg")),
    ("sprout", include_bytes!("scenes/sprout.jpg")),
    ("window", include_bytes!("scenes/window.jpg")),
];
