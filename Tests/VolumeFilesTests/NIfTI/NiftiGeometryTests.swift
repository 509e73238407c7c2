import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

@Suite struct NiftiGeometryTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ change: (inout NiftiBytes) -> Void) throws -> (GridGeometry, [String]) {
        var nifti = NiftiBytes()
        change(&nifti)
        nifti.data = [UInt8](repeating: 0, count: nifti.dim[1] * nifti.dim[2] * max(nifti.dim[3], 1) * 2)
        try nifti.write(to: folder.file("a.nii"))
        let image = try NiftiFile.readVolume(at: folder.file("a.nii"))
        return (image.volume.geometry, image.warnings)
    }

    private func near(_ vector: PatientVector, _ x: Double, _ y: Double, _ z: Double) -> Bool {
        (vector + PatientVector(x: -x, y: -y, z: -z)).length < 1e-6
    }

    /// Rotation by the 3-4-5 angle about the long axis; spacings 2, 3, 4.
    private static let oblique = [1.6, -1.8, 0, 10, 1.2, 2.4, 0, 20, 0, 0, 4, 30]

    @Test func sformTurnsFromRASToLPS() throws {
        let (grid, warnings) = try read {
            $0.sform = Self.oblique
            $0.pixdim = [1, 2, 3, 4, 0, 0, 0, 0]
        }
        #expect(grid.origin == PatientPoint(x: -10, y: -20, z: 30))
        #expect(near(grid.direction.x, -0.8, -0.6, 0))
        #expect(near(grid.direction.y, 0.6, -0.8, 0))
        #expect(near(grid.direction.z, 0, 0, 1))
        #expect(grid.spacing == Spacing(x: 2, y: 3, z: 4))
        #expect(warnings.isEmpty)
    }

    @Test func qformWithAndWithoutMirror() throws {
        for qfac in [1.0, -1, 0] {
            let (grid, warnings) = try read {
                $0.sformCode = 0
                $0.qformCode = 1
                // cos = 0.8 means a half angle with sin² = 0.1.
                $0.quatern = [0, 0, 0.1.squareRoot()]
                $0.qoffset = [10, 20, 30]
                $0.pixdim = [qfac, 2, 3, 4, 0, 0, 0, 0]
            }
            #expect(grid.origin == PatientPoint(x: -10, y: -20, z: 30))
            #expect(near(grid.direction.x, -0.8, -0.6, 0))
            #expect(near(grid.direction.y, 0.6, -0.8, 0))
            #expect(near(grid.direction.z, 0, 0, qfac < 0 ? -1 : 1))
            #expect(grid.spacing == Spacing(x: 2, y: 3, z: 4))
            #expect(warnings.isEmpty)
        }
    }

    @Test func withoutOrientationThereIsAWarning() throws {
        let (grid, warnings) = try read {
            $0.sformCode = 0
            $0.pixdim = [1, 2, 3, 4, 0, 0, 0, 0]
        }
        #expect(near(grid.direction.x, -1, 0, 0))
        #expect(near(grid.direction.y, 0, -1, 0))
        #expect(grid.spacing == Spacing(x: 2, y: 3, z: 4))
        #expect(warnings.count == 1)
        #expect(warnings[0].contains("left and right"))
    }

    @Test func spacingIsTheHeadersFloatWidened() throws {
        // 0.7 as float32 is 0.699999988079071044921875; the sform's column has the length of rounded 0.56 and 0.42.
        let (grid, _) = try read {
            $0.pixdim = [1, 0.7, 0.7, 0.7, 0, 0, 0, 0]
            $0.sform = [-0.56, 0.42, 0, 0, -0.42, -0.56, 0, 0, 0, 0, 0.7, 0]
        }
        #expect(grid.spacing.x == 0.699999988079071044921875)
        #expect(grid.spacing.y == 0.699999988079071044921875)
        #expect(grid.spacing.z == 0.699999988079071044921875)
    }

    /// The qform of a grid whose first two axes run to the right and the front in RAS, so that LPS is the identity.
    private static func qform(_ nifti: inout NiftiBytes, _ spacing: [Double]) {
        nifti.qformCode = 1
        nifti.quatern = [0, 0, 1]
        nifti.pixdim = [1] + spacing + [0, 0, 0, 0]
    }

    @Test func anSformThatLostItsScaleGivesWayToTheQformAndPixdim() throws {
        let (grid, warnings) = try read { Self.qform(&$0, [4, 4, 5]) }
        #expect(grid.spacing == Spacing(x: 4, y: 4, z: 5) && grid.direction == .identity)
        #expect(warnings.count == 1 && warnings[0].contains("the qform is used"), "\(warnings)")
        // Another scale than 1 is as wrong.
        let (half, halved) = try read {
            Self.qform(&$0, [4, 4, 5])
            $0.sform = [-2, 0, 0, 0, 0, -2, 0, 0, 0, 0, 2.5, 0]
        }
        #expect(half.spacing == Spacing(x: 4, y: 4, z: 5) && halved.count == 1)
        // Without a qform, its directions and its origin count.
        let (alone, told) = try read {
            $0.pixdim = [1, 4, 4, 5, 0, 0, 0, 0]
            $0.sform[11] = -300
        }
        #expect(alone.spacing == Spacing(x: 4, y: 4, z: 5) && alone.origin.z == -300)
        #expect(told.count == 1 && told[0].contains("lost its scale"), "\(told)")
    }

    @Test func pixdimThatWasNeverSetGivesWayToTheSform() throws {
        for code in [0, 1] {
            let (grid, warnings) = try read {
                Self.qform(&$0, [1, 1, 1])
                $0.qformCode = code
                $0.sform = [-4, 0, 0, 0, 0, -4, 0, 0, 0, 0, 5, 0]
            }
            #expect(grid.spacing == Spacing(x: 4, y: 4, z: 5))
            #expect(warnings.last?.contains("the sform is used") == true, "\(warnings)")
        }
    }

    @Test func aShearedSformGivesWayToAGoodQform() throws {
        for degrees in [0.02, 0.1, 0.5, 2] {
            let shear = 5 * tan(degrees * .pi / 180)
            let sform = [-4, 0, 0, 0, 0, -4, shear, 0, 0, 0, 5, 0]
            let (grid, warnings) = try read {
                Self.qform(&$0, [4, 4, 5])
                $0.sform = sform
            }
            #expect(grid.spacing == Spacing(x: 4, y: 4, z: 5) && grid.direction == .identity, "\(degrees)")
            #expect(warnings.count == 1 && warnings[0].contains("qform is used"), "\(warnings)")
            let error = #expect(throws: ImageFormatsError.self) {
                try read {
                    $0.sform = sform
                    $0.pixdim = [1, 4, 4, 5, 0, 0, 0, 0]
                }
            }
            #expect(error?.kind == .inconsistent && error?.mend.contains("3D Slicer") == true)
        }
        // So does one that is no grid at all.
        for broken in [[0.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [.nan, 0, 0, 0, 0, -4, 0, 0, 0, 0, 5, 0]] {
            let (grid, warnings) = try read {
                Self.qform(&$0, [4, 4, 5])
                $0.sform = broken
            }
            #expect(grid.spacing == Spacing(x: 4, y: 4, z: 5) && warnings.count == 1)
        }
    }

    @Test func sformAndQformThatDisagreeAreReported() throws {
        let (grid, warnings) = try read {
            $0.qformCode = 1
            $0.quatern = [0, 0, 1]
            $0.qoffset = [7, 0, 0]
        }
        #expect(grid.origin == PatientPoint(x: 0, y: 0, z: 0))
        #expect(warnings.count == 1)
        #expect(warnings[0].contains("7.0 mm"))
        let (_, mirrored) = try read {
            $0.qformCode = 1
            $0.pixdim[0] = -1
            $0.quatern = [0, 0, 1]
        }
        #expect(mirrored.count == 1)
        #expect(mirrored[0].contains("mirror"))
    }

    @Test func shearIsRefusedWithAdvice() throws {
        let error = #expect(throws: ImageFormatsError.self) { try read { $0.sform[1] = 0.01 } }
        #expect(error?.kind == .inconsistent)
        #expect(error?.mend.isEmpty == false)
    }

    @Test func unitsAreHonoured() throws {
        for (code, factor) in [(0, 1.0), (2, 1), (1, 1000), (3, 0.001), (2 + 8, 1)] {
            let (grid, _) = try read {
                $0.units = code
                $0.sform[3] = 5
            }
            #expect(grid.spacing == Spacing(x: factor, y: factor, z: factor))
            #expect(grid.origin.x == -5 * factor)
            let (qform, _) = try read {
                $0.units = code
                $0.sformCode = 0
                $0.qformCode = 1
                $0.qoffset = [5, 0, 0]
            }
            #expect(qform.spacing == Spacing(x: factor, y: factor, z: factor))
            #expect(qform.origin.x == -5 * factor)
        }
        let (_, warnings) = try read { $0.units = 7 }
        #expect(warnings.count == 1)
    }

    @Test func aSingleSliceNeedsNoThirdAxis() throws {
        let (grid, _) = try read {
            $0.dim = [2, 3, 4, 0, 0, 0, 0, 0]
            $0.pixdim = [1, 0.5, 0.25, 0, 0, 0, 0, 0]
            $0.sform = [-0.5, 0, 0, 0, 0, -0.25, 0, 0, 0, 0, 0, 9]
        }
        #expect(grid.size == GridSize(x: 3, y: 4, z: 1))
        #expect(grid.spacing == Spacing(x: 0.5, y: 0.25, z: 1))
        #expect(grid.direction == .identity)
    }

    @Test func impossibleGridsAreRefused() throws {
        #expect(kind { _ = try read { $0.sform[0] = 0 } } == .damaged)
        #expect(kind { _ = try read { $0.sform[0] = .nan } } == .damaged)
        #expect(kind { _ = try read { $0.sform[3] = .infinity } } == .damaged)
        for spacing in [0.0, .nan, .infinity] {
            #expect(
                kind {
                    _ = try read {
                        $0.sformCode = 0
                        $0.pixdim[2] = spacing
                    }
                } == .damaged)
        }
        #expect(
            kind {
                _ = try read {
                    $0.sformCode = 0
                    $0.qformCode = 1
                    $0.quatern = [2, 0, 0]
                }
            } == .damaged)
    }
}
