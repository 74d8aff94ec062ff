//! The 60 GPU names of the recording: how many servers have them, and what such a server is like (api-facts 6).

/// One model of the market.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GpuModel {
    /// The name as `specs.gpu` has it after the count.
    pub(crate) name: &'static str,
    /// Servers with it, of 3,500.
    pub(crate) servers: u32,
    /// `specs.gpuram`, GB of one GPU.
    pub(crate) memory: u32,
    /// Typical CLORE per day for one GPU; it ranks servers by price, the distribution sets the figures.
    pub(crate) worth: f64,
    /// How many of them stand in one server on average; it ranks servers by GPU count.
    pub(crate) per_server: f64,
    /// Usual power limit, W.
    pub(crate) watts: u32,
}

const fn gpu(
    name: &'static str,
    servers: u32,
    memory: u32,
    worth: f64,
    per_server: f64,
    watts: u32,
) -> GpuModel {
    GpuModel { name, servers, memory, worth, per_server, watts }
}

/// The model every market has one good offer of.
pub(crate) const RTX_4090: &GpuModel = &GPU_MODELS[0];

pub(crate) const GPU_MODELS: &[GpuModel] = &[
    gpu("NVIDIA GeForce RTX 4090", 786, 24, 23.0, 1.9, 450),
    gpu("NVIDIA GeForce RTX 3060 Ti", 448, 8, 4.0, 6.4, 200),
    gpu("NVIDIA GeForce RTX 3080", 329, 10, 9.0, 3.8, 280),
    gpu("NVIDIA GeForce RTX 3070", 224, 8, 5.0, 5.2, 175),
    gpu("NVIDIA GeForce RTX 3070 Laptop GPU", 193, 8, 3.8, 7.8, 115),
    gpu("NVIDIA GeForce RTX 3080 Ti", 159, 12, 10.0, 4.1, 340),
    gpu("NVIDIA GeForce RTX 3060", 150, 12, 3.4, 4.5, 170),
    gpu("NVIDIA GeForce RTX 3090", 139, 24, 12.0, 2.4, 350),
    gpu("NVIDIA GeForce GTX 1660 SUPER", 96, 6, 1.9, 6.9, 100),
    gpu("NVIDIA GeForce RTX 3070 Ti", 89, 8, 5.0, 3.8, 270),
    gpu("NVIDIA GeForce RTX 4070 Ti", 80, 12, 8.0, 3.1, 285),
    gpu("NVIDIA GeForce RTX 4070", 79, 12, 6.6, 3.7, 200),
    gpu("NVIDIA CMP 90HX", 60, 10, 5.1, 5.3, 250),
    gpu("NVIDIA GeForce RTX 2060 SUPER", 60, 8, 2.5, 7.8, 140),
    gpu("NVIDIA P106100", 58, 6, 1.7, 4.3, 100),
    gpu("NVIDIA CMP 50HX", 58, 10, 4.1, 6.8, 191),
    gpu("NVIDIA GeForce RTX 4070 Ti SUPER", 50, 16, 8.4, 3.4, 285),
    gpu("NVIDIA GeForce RTX 4080", 39, 16, 10.0, 2.2, 320),
    gpu("NVIDIA CMP 30HX", 36, 6, 1.7, 8.2, 102),
    gpu("NVIDIA GeForce RTX 4060 Ti", 31, 8, 5.6, 4.2, 160),
    gpu("NVIDIA GeForce RTX 3060 Laptop GPU", 30, 6, 2.9, 5.9, 80),
    gpu("NVIDIA P104100", 27, 8, 3.1, 6.7, 170),
    gpu("NVIDIA GeForce GTX 1060 6GB", 25, 6, 1.5, 1.3, 120),
    gpu("NVIDIA GeForce RTX 2060", 24, 6, 3.1, 6.2, 150),
    gpu("NVIDIA GeForce GTX 1660 Ti", 23, 6, 1.8, 6.6, 100),
    gpu("NVIDIA GeForce RTX 4060", 23, 8, 5.0, 1.2, 115),
    gpu("NVIDIA P102100", 22, 10, 4.0, 8.9, 180),
    gpu("NVIDIA GeForce GTX 1080 Ti", 18, 11, 2.7, 5.1, 200),
    gpu("NVIDIA GeForce RTX 4070 SUPER", 17, 12, 7.6, 3.6, 220),
    gpu("NVIDIA GeForce RTX 4080 SUPER", 14, 16, 12.0, 1.9, 320),
    gpu("NVIDIA CMP 40HX", 14, 8, 2.7, 9.4, 125),
    gpu("NVIDIA GeForce GTX 1070", 13, 8, 1.4, 5.0, 145),
    gpu("NVIDIA GeForce RTX 2080 Ti", 10, 11, 7.5, 3.5, 165),
    gpu("NVIDIA RTX A4000", 8, 16, 6.3, 7.2, 140),
    gpu("NVIDIA GeForce RTX 2070 SUPER", 8, 8, 4.2, 3.2, 190),
    gpu("NVIDIA GeForce GTX 1070 Ti", 8, 8, 1.9, 7.0, 135),
    gpu("NVIDIA RTX A5000", 6, 24, 9.2, 3.7, 190),
    gpu("NVIDIA GeForce RTX 3080 Laptop GPU", 6, 8, 5.1, 9.3, 115),
    gpu("NVIDIA GeForce GTX 1080", 5, 8, 2.3, 3.6, 140),
    gpu("NVIDIA TITAN Xp", 5, 12, 4.0, 1.6, 250),
    gpu("NVIDIA GeForce RTX 2070", 4, 8, 2.7, 3.5, 185),
    gpu("NVIDIA GeForce RTX 3070 Ti Laptop GPU", 3, 8, 3.6, 5.0, 115),
    gpu("NVIDIA P106090", 3, 3, 1.7, 6.7, 75),
    gpu("NVIDIA GeForce GTX 1660", 2, 6, 2.8, 5.0, 100),
    gpu("Tesla P40", 2, 24, 5.0, 3.0, 250),
    gpu("NVIDIA RTX A2000 12GB", 2, 12, 3.0, 1.0, 70),
    gpu("NVIDIA RTX A4500", 1, 20, 8.0, 10.0, 185),
    gpu("NVIDIA RTX A6000", 1, 48, 20.0, 2.0, 300),
    gpu("NVIDIA CMP 70HX", 1, 8, 2.2, 5.0, 220),
    gpu("NVIDIA GeForce RTX 4090 Laptop GPU", 1, 16, 22.0, 1.0, 150),
    gpu("NVIDIA GeForce GTX 1650", 1, 4, 2.0, 1.0, 90),
    gpu("NVIDIA GeForce RTX 3090 Ti", 1, 24, 14.5, 1.0, 395),
    gpu("NVIDIA GeForce GTX 1060 3GB", 1, 3, 1.2, 1.0, 120),
    gpu("NVIDIA RTX A5000 Laptop GPU", 1, 16, 5.0, 1.0, 90),
    gpu("Quadro P620", 1, 2, 1.9, 1.0, 0),
    gpu("NVIDIA Graphics Device", 1, 16, 7.0, 2.0, 285),
    gpu("Quadro RTX 4000", 1, 8, 4.0, 1.0, 125),
    gpu("NVIDIA TITAN RTX", 1, 24, 8.0, 2.0, 280),
    gpu("NVIDIA RTX A2000", 1, 6, 2.5, 2.0, 70),
    gpu("NVIDIA GeForce RTX 2080 SUPER", 1, 8, 5.0, 1.0, 250),
];
