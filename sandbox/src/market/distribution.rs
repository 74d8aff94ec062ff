//! The recording's distributions as data (api-facts 6), and how a rank in `0..1` becomes a value.

/// Quantiles of one field: pairs of rank and value, both rising.
#[derive(Debug)]
pub(crate) struct Quantiles {
    pub(crate) knots: &'static [(f64, f64)],
    /// Whether values between two knots lie on a geometric rather than a straight line.
    pub(crate) geometric: bool,
}

impl Quantiles {
    /// The value at a rank in `0..=1`.
    pub(crate) fn at(&self, rank: f64) -> f64 {
        let mut below = self.knots[0];
        for &above in self.knots {
            if rank <= above.0 {
                let span = above.0 - below.0;
                let part = if span > 0.0 { ((rank - below.0) / span).clamp(0.0, 1.0) } else { 1.0 };
                return if self.geometric && below.1 > 0.0 {
                    below.1 * (above.1 / below.1).powf(part)
                } else {
                    below.1 + (above.1 - below.1) * part
                };
            }
            below = above;
        }
        below.1
    }
}

/// api-facts 6: on_demand.bitcoin; 206 of 3,500 servers ask exactly 0.01.
pub(crate) const ON_DEMAND_BITCOIN: Quantiles = Quantiles {
    geometric: true,
    knots: &[
        (0.0, 0.000007),
        (0.01, 0.0000187),
        (0.05, 0.000031),
        (0.25, 0.00008),
        (0.5, 0.000134),
        (0.75, 0.0003),
        (0.85, 0.0005),
        (0.9, 0.001),
        (0.941, 0.01),
        (1.0, 0.01),
    ],
};

/// api-facts 6: on_demand.CLORE.
pub(crate) const ON_DEMAND_CLORE: Quantiles = Quantiles {
    geometric: true,
    knots: &[
        (0.0, 1.9),
        (0.01, 4.5),
        (0.05, 6.5),
        (0.25, 15.9),
        (0.5, 28.0),
        (0.75, 46.0),
        (0.95, 150.0),
        (0.97, 460.0),
        (0.975, 7500.0),
        (1.0, 7500.0),
    ],
};

/// api-facts 6: spot.bitcoin.
pub(crate) const SPOT_BITCOIN: Quantiles = Quantiles {
    geometric: true,
    knots: &[
        (0.0, 0.000001),
        (0.01, 0.000015),
        (0.05, 0.000028),
        (0.25, 0.0000667),
        (0.5, 0.000119),
        (0.75, 0.00029),
        (0.85, 0.00048),
        (0.9, 0.00095),
        (0.941, 0.01),
        (1.0, 0.01),
    ],
};

/// api-facts 6: spot.CLORE.
pub(crate) const SPOT_CLORE: Quantiles = Quantiles {
    geometric: true,
    knots: &[
        (0.0, 1.0),
        (0.01, 3.5),
        (0.05, 5.81),
        (0.25, 14.0),
        (0.5, 25.0),
        (0.75, 44.0),
        (0.95, 145.0),
        (0.97, 440.0),
        (0.975, 7500.0),
        (1.0, 7500.0),
    ],
};

/// api-facts 6: reliability; 868 of 3,500 are exactly 1, 3 are 0.
pub(crate) const RELIABILITY: Quantiles = Quantiles {
    geometric: false,
    knots: &[
        (0.0, 0.0),
        (0.001, 0.0),
        (0.01, 0.071),
        (0.05, 0.259),
        (0.097, 0.5),
        (0.194, 0.9),
        (0.25, 0.947),
        (0.4446, 0.99),
        (0.5, 0.9948),
        (0.75, 0.9999),
        (0.752, 1.0),
        (1.0, 1.0),
    ],
};

/// api-facts 6: rating.avg of those who have one; 454 have none.
pub(crate) const RATING: Quantiles = Quantiles {
    geometric: false,
    knots: &[
        (0.0, 0.0),
        (0.1297, 0.0),
        (0.13, 0.4),
        (0.25, 1.18),
        (0.5, 2.46),
        (0.75, 3.33),
        (0.95, 5.0),
        (1.0, 5.0),
    ],
};

/// api-facts 6: rating.cnt.
pub(crate) const RATING_COUNT: Quantiles = Quantiles {
    geometric: false,
    knots: &[
        (0.0, 0.0),
        (0.1297, 0.0),
        (0.13, 1.0),
        (0.25, 1.0),
        (0.5, 4.0),
        (0.75, 9.0),
        (0.95, 19.0),
        (0.99, 32.0),
        (1.0, 55.0),
    ],
};

/// api-facts 6: ram, GB.
pub(crate) const RAM: Quantiles = Quantiles {
    geometric: true,
    knots: &[
        (0.0, 1.87),
        (0.01, 3.6),
        (0.05, 3.8),
        (0.25, 7.8),
        (0.5, 15.9),
        (0.75, 32.0),
        (0.95, 128.7),
        (0.99, 386.0),
        (1.0, 1031.9),
    ],
};

/// api-facts 6: disk, GB; the outer ranks are not in its table.
pub(crate) const DISK: Quantiles = Quantiles {
    geometric: true,
    knots: &[
        (0.0, 0.31),
        (0.01, 12.0),
        (0.25, 89.9),
        (0.5, 99.0),
        (0.75, 401.0),
        (0.99, 1900.0),
        (1.0, 3658.0),
    ],
};

/// api-facts 6: disk_speed, MB/s; 86 of 3,500 were not measured.
pub(crate) const DISK_SPEED: Quantiles = Quantiles {
    geometric: false,
    knots: &[
        (0.0, 0.0),
        (0.0245, 0.0),
        (0.025, 90.0),
        (0.05, 407.0),
        (0.25, 1348.0),
        (0.5, 1825.0),
        (0.75, 2427.0),
        (0.95, 3846.0),
        (0.99, 4762.0),
        (1.0, 7312.0),
    ],
};

/// api-facts 6: net.up, Mbit/s; 52 of 3,500 were not measured.
pub(crate) const NET_UP: Quantiles = Quantiles {
    geometric: true,
    knots: &[
        (0.0, 0.0),
        (0.0148, 0.0),
        (0.015, 0.4),
        (0.05, 2.1),
        (0.25, 3.9),
        (0.5, 4.1),
        (0.75, 24.9),
        (0.95, 384.0),
        (0.99, 792.0),
        (1.0, 933.0),
    ],
};

/// api-facts 6: net.down, Mbit/s.
pub(crate) const NET_DOWN: Quantiles = Quantiles {
    geometric: true,
    knots: &[
        (0.0, 0.0),
        (0.0148, 0.0),
        (0.015, 1.1),
        (0.05, 5.0),
        (0.25, 43.7),
        (0.5, 89.4),
        (0.75, 107.8),
        (0.95, 695.0),
        (0.99, 868.0),
        (1.0, 936.0),
    ],
};

/// api-facts 6: GPUs per server.
pub(crate) const GPU_COUNTS: &[(u64, u32)] = &[
    (1, 932),
    (2, 582),
    (3, 180),
    (4, 316),
    (5, 189),
    (6, 363),
    (7, 124),
    (8, 529),
    (9, 34),
    (10, 67),
    (11, 32),
    (12, 148),
    (13, 3),
    (14, 1),
];

/// The most common maximum rental lengths of the recording, hours; what is rarer is left to its neighbour.
pub(crate) const MRL: &[(u64, u32)] = &[
    (6, 15),
    (12, 45),
    (24, 229),
    (48, 400),
    (60, 40),
    (72, 1110),
    (96, 150),
    (120, 240),
    (144, 66),
    (168, 240),
    (240, 230),
    (360, 60),
    (480, 60),
    (720, 187),
    (1440, 428),
];

/// api-facts 6: CUDA versions.
pub(crate) const CUDA: &[(&str, u32)] =
    &[("12.2", 2159), ("12.4", 597), ("12.0", 471), ("11.7", 157), ("12.3", 95), ("12.1", 16), ("11.6", 5)];

/// api-facts 6: the 39 countries.
pub(crate) const COUNTRIES: &[(&str, u32)] = &[
    ("RU", 2148),
    ("UA", 412),
    ("SE", 177),
    ("BY", 166),
    ("KR", 157),
    ("US", 72),
    ("CN", 47),
    ("KZ", 45),
    ("PL", 41),
    ("CA", 38),
    ("MD", 34),
    ("NO", 27),
    ("NL", 26),
    ("DE", 15),
    ("AM", 11),
    ("HK", 10),
    ("RO", 8),
    ("IL", 7),
    ("GB", 7),
    ("ES", 6),
    ("SK", 6),
    ("CZ", 6),
    ("AD", 5),
    ("PT", 4),
    ("FR", 3),
    ("RE", 3),
    ("JP", 3),
    ("TR", 2),
    ("TW", 2),
    ("IT", 2),
    ("LT", 2),
    ("BG", 1),
    ("LI", 1),
    ("GR", 1),
    ("KG", 1),
    ("AU", 1),
    ("SG", 1),
    ("FI", 1),
    ("ME", 1),
];

/// Common processors with their cores and threads.
pub(crate) const PROCESSORS: &[(&str, &str, u32)] = &[
    ("Intel(R) Celeron(R) CPU G3930 @ 2.90GHz", "2/2", 1195),
    ("Intel(R) Pentium(R) CPU G4400 @ 3.30GHz", "2/4", 324),
    ("AMD Ryzen 9 7950X 16-Core Processor", "16/32", 292),
    ("Intel(R) Core(TM) i3-9100F CPU @ 3.60GHz", "4/4", 269),
    ("AMD Ryzen 9 5900X 12-Core Processor", "12/24", 256),
    ("AMD Ryzen 5 3600 6-Core Processor", "6/12", 237),
    ("AMD Ryzen 7 5700X 8-Core Processor", "8/16", 181),
    ("Intel(R) Core(TM) i7-4790 CPU @ 3.60GHz", "4/8", 142),
    ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "28/56", 114),
    ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "14/28", 98),
];

/// Common main boards.
pub(crate) const BOARDS: &[&str] =
    &["BTC B250", "B85", "X99", "B75BTC", "B250-FinTech-CF", "PRIME Z270-P", "H110 Pro BTC", "X99-F8D PLUS"];

#[cfg(test)]
mod tests {
    use super::{ON_DEMAND_CLORE, RATING};

    #[test]
    fn a_rank_on_a_knot_gives_the_knots_value() {
        assert_eq!(ON_DEMAND_CLORE.at(0.0), 1.9);
        assert!((ON_DEMAND_CLORE.at(0.5) - 28.0).abs() < 1e-9);
        assert_eq!(ON_DEMAND_CLORE.at(1.0), 7500.0);
        assert_eq!(RATING.at(0.1), 0.0);
    }
}
