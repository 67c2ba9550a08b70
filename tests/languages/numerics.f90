program sim
  implicit none
  integer, parameter :: n = 64
  real(8) :: a(n,n), b(n,n), c(n,n), s
  integer :: i, j, k
  character(len=20) :: name
  complex(8) :: z
  type point
    real(8) :: x, y
  end type
  type(point), allocatable :: pts(:)
  do j = 1, n
    do i = 1, n
      a(i,j) = dble(mod(i*j, 17)) / 3.0d0
      b(i,j) = dble(mod(i+j, 13)) * 0.5d0
    end do
  end do
  c = matmul(a, b)
  s = 0
  do k = 1, n
    s = s + c(k, n - k + 1)
  end do
  write(*,'(A,F14.6)') 'trace ', s
  allocate(pts(10))
  do i = 1, 10
    pts(i)%x = sin(dble(i)); pts(i)%y = sqrt(dble(i))
  end do
  print *, 'sum', sum(pts%x), maxval(pts%y), count(pts%x > 0)
  z = (1.0d0, 2.0d0)
  z = z**3 + exp(z)
  print *, z
  name = 'fortran'
  print *, trim(name)//'!', len_trim(name), index(name, 'tr')
  call sub(5)
contains
  recursive subroutine sub(m)
    integer, intent(in) :: m
    if (m == 0) return
    write(*,'(I4,ES12.4)') m, real(m)**2.5
    call sub(m-1)
  end subroutine
end program
